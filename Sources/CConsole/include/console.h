#ifndef NOROSHI_CONSOLE_H
#define NOROSHI_CONSOLE_H

/// The console's one stylesheet, ending with a zero byte.
const char *noroshi_console_stylesheet(void);

/// The symbols of its icons, for the beginning of each page, ending with a zero byte.
const char *noroshi_console_icons(void);

/// Its mark, an SVG document, ending with a zero byte.
const char *noroshi_console_mark(void);

/// Its own module for keys, ending with a zero byte.
const char *noroshi_console_keys(void);

/// Its own module for text boxes with JSON, ending with a zero byte.
const char *noroshi_console_editor(void);

/// Its own module for moving rules by dragging them, ending with a zero byte.
const char *noroshi_console_drag(void);
/// Its own module for pages that follow what goes on, ending with a zero byte.
const char *noroshi_console_stream(void);

/// htmx as vendored, ending with a zero byte.
const char *noroshi_console_htmx(void);

/// The extension of htmx for server-sent events as vendored, ending with a zero byte.
const char *noroshi_console_events(void);

#endif
