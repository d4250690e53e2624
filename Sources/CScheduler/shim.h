// sched_setattr(2), which glibc has no function for before 2.41.
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

// `struct sched_attr` as first published. The kernel's header for it and the C library's for
// threads each define `struct sched_param`.
struct nodus_scheduling {
    uint32_t size;
    uint32_t policy;
    uint64_t flags;
    int32_t niceness;
    uint32_t priority;
    uint64_t runtime;
    uint64_t deadline;
    uint64_t period;
};

// How the calling thread is scheduled.
// Returns 0, and -1 where it is not in the usual way (SCHED_OTHER).
static inline int nodus_usual_scheduling(struct nodus_scheduling *found) {
    long failed = syscall(SYS_sched_getattr, 0, found, sizeof *found, 0);
    return failed || found->policy != 0 ? -1 : 0;
}

// The calling thread's time slice in nanoseconds; 0 where the kernel keeps none for each thread
// (Linux before 6.12), or the thread is not scheduled in the usual way.
static inline uint64_t nodus_time_slice(void) {
    struct nodus_scheduling found = {0};
    return nodus_usual_scheduling(&found) == 0 ? found.runtime : 0;
}

// Asks for another slice and leaves all else as it is; threads that this one makes have the usual
// one again. Nothing happens where the kernel knows no such thing.
static inline void nodus_set_time_slice(uint64_t nanoseconds) {
    struct nodus_scheduling wanted = {0};
    if (nodus_usual_scheduling(&wanted) != 0) return;
    wanted.flags |= 1; // SCHED_FLAG_RESET_ON_FORK
    wanted.size = sizeof wanted;
    wanted.runtime = nanoseconds;
    syscall(SYS_sched_setattr, 0, &wanted, 0);
}
