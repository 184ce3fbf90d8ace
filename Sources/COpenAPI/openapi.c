#include "openapi.h"

static const char text[] = {
#embed "../../deploy/openapi.json" suffix(, 0)
};

const char *noroshi_openapi_json(void) { return text; }
