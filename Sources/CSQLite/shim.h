#pragma once
#include <sqlite3.h>

// Swift cannot call functions with a variable number of arguments.

/// Whether closing the last connection leaves the write-ahead log as it is (SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE).
static inline int noroshi_keep_log_at_close(sqlite3 *db, int keeps) {
    return sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keeps, (int *)0);
}
