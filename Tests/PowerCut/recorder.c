// Loaded in front of the C library (LD_PRELOAD): writes down what a process does to the files of one directory, so that
// what a disk may hold after a power cut can be built from it, and fails calls on demand.
//
//   POWERCUT_DIRECTORY  whose files; an absolute path
//   POWERCUT_TRACE      where the record goes
//   POWERCUT_CONTROL    a file of 4096 bytes that is shared with whoever tests, as 64-bit words:
//     0 operations done so far      1 what fails: 1 writes, 2 syncs, 3 both
//     2 with which errno            3 in which files: 0 all, 1 the log, 2 the database
//     4 calls failed so far
//
// A record is a head of five 64-bit words (letter, number, length of the name, offset, length of the data), the name and
// the data. Letters: c created, w written, t truncated to the offset, a allocated up to the offset, u unlinked, r renamed
// (the data is the new name), s synced (the offset is the number of the last operation before the sync began). The name of
// the directory itself is empty. Syncs are not passed on: the record is the disk.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { operations, faults, fault_number, fault_files, failed };
enum { writes = 1, syncs = 2, descriptors = 4096 };

static const char *directory;
static volatile int64_t *control;
static int trace = -1;
static char *names[descriptors];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("POWERCUT_CONTROL"), *record = getenv("POWERCUT_TRACE");
    const char *wanted = getenv("POWERCUT_DIRECTORY");
    if (!path || !record || !wanted) return;
    int shared = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
    trace = (int)syscall(SYS_openat, AT_FDCWD, record, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, shared, 0);
    if (page == MAP_FAILED || trace < 0) _exit(90);
    control = page;
    directory = strdup(wanted);
    unsetenv("LD_PRELOAD");
}

// The name of a path below the directory, NULL for any other path.
static const char *below(const char *path) {
    size_t length = directory ? strlen(directory) : 0;
    if (!length || !path || strncmp(path, directory, length)) return NULL;
    if (!path[length]) return path + length;
    return path[length] == '/' ? path + length + 1 : NULL;
}

static const char *name_of(int descriptor) {
    return control && descriptor >= 0 && descriptor < descriptors ? names[descriptor] : NULL;
}

static void put(const void *bytes, size_t count) {
    for (const char *next = bytes; count;) {
        ssize_t done = syscall(SYS_write, trace, next, count);
        if (done <= 0) _exit(91);
        next += done;
        count -= (size_t)done;
    }
}

// The mutex is held. The shared memory of the log is no part of the disk.
static void note(char letter, const char *name, int64_t offset, const void *data, size_t length) {
    int64_t number = control[operations] + 1;
    if (!strstr(name, "-shm")) {
        int64_t head[] = {letter, number, (int64_t)strlen(name), offset, (int64_t)length};
        put(head, sizeof head);
        put(name, strlen(name));
        put(data, length);
    }
    __atomic_store_n(&control[operations], number, __ATOMIC_SEQ_CST);
}

static int fault(int kind, const char *name) {
    if (!(control[faults] & kind) || strstr(name, "-shm")) return 0;
    int is_log = strstr(name, "-wal") != NULL;
    if (control[fault_files] == 1 && !is_log) return 0;
    if (control[fault_files] == 2 && (is_log || !strstr(name, ".sqlite"))) return 0;
    __atomic_fetch_add(&control[failed], 1, __ATOMIC_SEQ_CST);
    return (int)control[fault_number];
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int opened(int descriptor, const char *path, int flags, int existed) {
    const char *name = below(path);
    if (descriptor < 0 || descriptor >= descriptors || !name || !control) return descriptor;
    pthread_mutex_lock(&mutex);
    free(names[descriptor]);
    names[descriptor] = strdup(name);
    if ((flags & O_CREAT) && !existed) note('c', name, 0, "", 0);
    pthread_mutex_unlock(&mutex);
    return descriptor;
}

// In the data directory files are opened by their path, or by their name beside the directory's descriptor.
static const char *full(int at, const char *path, char *buffer, size_t size) {
    const char *base = at == AT_FDCWD ? NULL : name_of(at);
    if (!base || *base || path[0] == '/') return path;
    size_t length = strlen(directory);
    if (length + strlen(path) + 2 > size) return path;
    memcpy(buffer, directory, length);
    buffer[length] = '/';
    strcpy(buffer + length + 1, path);
    return buffer;
}

#define MODE(flags, last) \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { va_list list; va_start(list, last); mode = va_arg(list, mode_t); va_end(list); }
#define OPEN(function) \
    int function(const char *path, int flags, ...) { \
        MODE(flags, flags) \
        int existed = below(path) && access(path, F_OK) == 0; \
        return opened(REAL(function)(path, flags, mode), path, flags, existed); \
    }
#define OPEN_AT(function) \
    int function(int at, const char *path, int flags, ...) { \
        MODE(flags, flags) \
        char buffer[4096]; \
        const char *whole = full(at, path, buffer, sizeof buffer); \
        int existed = below(whole) && access(whole, F_OK) == 0; \
        return opened(REAL(function)(at, path, flags, mode), whole, flags, existed); \
    }
OPEN(open)
OPEN(open64)
OPEN_AT(openat)
OPEN_AT(openat64)

int close(int descriptor) {
    if (name_of(descriptor)) {
        pthread_mutex_lock(&mutex);
        free(names[descriptor]);
        names[descriptor] = NULL;
        pthread_mutex_unlock(&mutex);
    }
    return REAL(close)(descriptor);
}

static int refuse(int number) {
    pthread_mutex_unlock(&mutex);
    errno = number;
    return -1;
}

#define WRITE_AT(function, offset_type) \
    ssize_t function(int descriptor, const void *bytes, size_t count, offset_type offset) { \
        const char *name = name_of(descriptor); \
        if (!name) return REAL(function)(descriptor, bytes, count, offset); \
        pthread_mutex_lock(&mutex); \
        int number = fault(writes, name); \
        if (number) return refuse(number); \
        ssize_t done = REAL(function)(descriptor, bytes, count, offset); \
        if (done > 0) note('w', name, offset, bytes, (size_t)done); \
        pthread_mutex_unlock(&mutex); \
        return done; \
    }
WRITE_AT(pwrite, off_t)
WRITE_AT(pwrite64, off64_t)

ssize_t write(int descriptor, const void *bytes, size_t count) {
    const char *name = name_of(descriptor);
    if (!name) return REAL(write)(descriptor, bytes, count);
    pthread_mutex_lock(&mutex);
    int number = fault(writes, name);
    if (number) return refuse(number);
    off_t offset = lseek(descriptor, 0, SEEK_CUR);
    ssize_t done = REAL(write)(descriptor, bytes, count);
    if (done > 0) note('w', name, offset, bytes, (size_t)done);
    pthread_mutex_unlock(&mutex);
    return done;
}

#define TRUNCATE(function, offset_type) \
    int function(int descriptor, offset_type offset) { \
        const char *name = name_of(descriptor); \
        if (!name) return REAL(function)(descriptor, offset); \
        pthread_mutex_lock(&mutex); \
        int result = REAL(function)(descriptor, offset); \
        if (!result) note('t', name, offset, "", 0); \
        pthread_mutex_unlock(&mutex); \
        return result; \
    }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

#define ALLOCATE(function, offset_type) \
    int function(int descriptor, offset_type offset, offset_type length) { \
        const char *name = name_of(descriptor); \
        if (!name) return REAL(function)(descriptor, offset, length); \
        pthread_mutex_lock(&mutex); \
        int result = fault(writes, name); \
        if (!result) result = REAL(function)(descriptor, offset, length); \
        if (!result) note('a', name, offset + length, "", 0); \
        pthread_mutex_unlock(&mutex); \
        return result; \
    }
ALLOCATE(posix_fallocate, off_t)
ALLOCATE(posix_fallocate64, off64_t)

#define SYNC(function) \
    int function(int descriptor) { \
        const char *name = name_of(descriptor); \
        if (!name) return REAL(function)(descriptor); \
        pthread_mutex_lock(&mutex); \
        int64_t last = control[operations]; \
        int number = fault(syncs, name); \
        if (number) return refuse(number); \
        note('s', name, last, "", 0); \
        pthread_mutex_unlock(&mutex); \
        return 0; \
    }
SYNC(fsync)
SYNC(fdatasync)

int unlink(const char *path) {
    const char *name = control ? below(path) : NULL;
    if (!name) return REAL(unlink)(path);
    pthread_mutex_lock(&mutex);
    int result = REAL(unlink)(path);
    if (!result) note('u', name, 0, "", 0);
    pthread_mutex_unlock(&mutex);
    return result;
}

int rename(const char *from, const char *to) {
    const char *name = control ? below(from) : NULL, *other = below(to);
    if (!name || !other) return REAL(rename)(from, to);
    pthread_mutex_lock(&mutex);
    int result = REAL(rename)(from, to);
    if (!result) note('r', name, 0, other, strlen(other));
    pthread_mutex_unlock(&mutex);
    return result;
}
