#pragma once
#include <spawn.h>

// What spawn.h and unistd.h have for those who define _GNU_SOURCE, which Swift's view of them does not.

int noroshi_spawn_actions_close_from(posix_spawn_file_actions_t *actions, int descriptor);
int noroshi_spawn_actions_enter(posix_spawn_file_actions_t *actions, const char *directory);

/// A pipe that other programs do not inherit: the end to read from, then the end to write to.
int noroshi_private_pipe(int ends[2]);
