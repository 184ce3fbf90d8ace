#include "CThreads.h"

#include <sys/prctl.h>

// Variadic, which Swift cannot call.
void noroshi_name_thread(const char *name) { prctl(PR_SET_NAME, name); }
