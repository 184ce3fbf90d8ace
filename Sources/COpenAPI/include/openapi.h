#ifndef NOROSHI_OPENAPI_H
#define NOROSHI_OPENAPI_H

/// The text of deploy/openapi.json, ending with a zero byte.
const char *noroshi_openapi_json(void);

#endif
