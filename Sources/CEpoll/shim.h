#include <stdint.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

// ppoll(2), which Swift's own Glibc does not show: poll(2) with a finer clock than milliseconds.
// `sockets` are so many `struct pollfd`.
static inline int nodus_poll(void *sockets, unsigned long count, int64_t nanoseconds) {
    long time[2] = {(long)(nanoseconds / 1000000000), (long)(nanoseconds % 1000000000)};
    return (int)syscall(SYS_ppoll, sockets, count, time, (void *)0, 0UL);
}
