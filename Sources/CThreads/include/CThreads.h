#pragma once

/// Names the calling thread for debuggers and top, cut at 15 bytes (PR_SET_NAME, prctl(2)).
void noroshi_name_thread(const char *name);
