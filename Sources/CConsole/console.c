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

const char *noroshi_console_stylesheet(void) { return stylesheet; }

const char *noroshi_console_icons(void) { return icons; }

const char *noroshi_console_mark(void) { return mark; }
