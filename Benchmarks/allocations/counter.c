/* Counts the allocations and the writes of a program that it is preloaded into.
 *
 *     cc -O2 -shared -fPIC -o counter.so counter.c
 *     ALLOCATION_COUNTS=counts LD_PRELOAD=./counter.so program
 *
 * The file gets two numbers of 64 bits, in the machine's order, as they are at each moment:
 * allocations (malloc, calloc, realloc and what aligns) and writes (write, writev, send, sendmsg).
 * With ALLOCATION_CANARY=1 each write allocates once more: whoever reads the counts has to see it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

struct counts {
    _Atomic unsigned long long allocations;
    _Atomic unsigned long long writes;
};

/* Until the file is there. */
static struct counts early;
static struct counts *counts = &early;
static int has_canary;

/* What glibc's own malloc goes by, so that nothing has to be looked up before the first call. */
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

static ssize_t (*next_write)(int, const void *, size_t);
static ssize_t (*next_writev)(int, const struct iovec *, int);
static ssize_t (*next_send)(int, const void *, size_t, int);
static ssize_t (*next_sendmsg)(int, const struct msghdr *, int);

static void find_next(void)
{
    next_writev = dlsym(RTLD_NEXT, "writev");
    next_send = dlsym(RTLD_NEXT, "send");
    next_sendmsg = dlsym(RTLD_NEXT, "sendmsg");
    next_write = dlsym(RTLD_NEXT, "write");
}

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("ALLOCATION_COUNTS");
    const char *canary = getenv("ALLOCATION_CANARY");
    find_next();
    has_canary = canary != NULL && strcmp(canary, "1") == 0;
    if (path == NULL)
        return;
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0 || ftruncate(file, sizeof(struct counts)) != 0)
        abort();
    void *shared =
        mmap(NULL, sizeof(struct counts), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (shared == MAP_FAILED)
        abort();
    close(file);
    counts = shared;
}

static void allocated(void)
{
    atomic_fetch_add_explicit(&counts->allocations, 1, memory_order_relaxed);
}

static void wrote(void)
{
    if (next_write == NULL)
        find_next();
    atomic_fetch_add_explicit(&counts->writes, 1, memory_order_relaxed);
    if (has_canary) {
        /* Volatile, or the compiler takes both calls away. */
        void *volatile planted = malloc(16);
        free(planted);
    }
}

void *malloc(size_t size)
{
    allocated();
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    allocated();
    return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    allocated();
    return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size)
{
    allocated();
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    allocated();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size)
{
    allocated();
    *result = __libc_memalign(alignment, size);
    return *result == NULL ? ENOMEM : 0;
}

ssize_t write(int file, const void *bytes, size_t count)
{
    wrote();
    return next_write(file, bytes, count);
}

ssize_t writev(int file, const struct iovec *parts, int count)
{
    wrote();
    return next_writev(file, parts, count);
}

ssize_t send(int socket, const void *bytes, size_t count, int flags)
{
    wrote();
    return next_send(socket, bytes, count, flags);
}

ssize_t sendmsg(int socket, const struct msghdr *message, int flags)
{
    wrote();
    return next_sendmsg(socket, message, flags);
}
