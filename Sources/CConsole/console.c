#include "console.h"

static const char stylesheet[] = {
#embed "assets/noroshi.css" suffix(, 0)
};

static const char icons[] = {
#embed "assets/icons.svg" suffix(, 0)
};

static const char mark[] = {
#embed "assets/favicon.svg" suffix(, 0)
};

static const char keys[] = {
#embed "assets/keys.js" suffix(, 0)
};

static const char editor[] = {
#embed "assets/editor.js" suffix(, 0)
};

static const char drag[] = {
#embed "assets/drag.js" suffix(, 0)
};

static const char stream[] = {
#embed "assets/stream.js" suffix(, 0)
};

static const char htmx[] = {
#embed "assets/vendor/htmx.min.js" suffix(, 0)
};

static const char events[] = {
#embed "assets/vendor/sse.min.js" suffix(, 0)
};

const char *noroshi_console_stylesheet(void) { return stylesheet; }

const char *noroshi_console_icons(void) { return icons; }

const char *noroshi_console_mark(void) { return mark; }

const char *noroshi_console_keys(void) { return keys; }

const char *noroshi_console_editor(void) { return editor; }

const char *noroshi_console_drag(void) { return drag; }

const char *noroshi_console_stream(void) { return stream; }

const char *noroshi_console_htmx(void) { return htmx; }

const char *noroshi_console_events(void) { return events; }
