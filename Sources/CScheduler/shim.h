// sched_setattr(2), which glibc has no function for.
#include <stdint.h>
#include <linux/sched/types.h>
#include <sys/syscall.h>
#include <unistd.h>

// The calling thread's time slice in nanoseconds; 0 where the kernel keeps none for each thread
// (Linux before 6.12), or the thread is scheduled in another way.
static inline uint64_t nodus_time_slice(void) {
    struct sched_attr about = {0};
    if (syscall(SYS_sched_getattr, 0, &about, sizeof about, 0) != 0) return 0;
    return about.sched_policy == 0 ? about.sched_runtime : 0;
}

// Asks for another slice and leaves all else as it is. Nothing happens where the kernel knows no such thing.
static inline void nodus_set_time_slice(uint64_t nanoseconds) {
    struct sched_attr about = {0};
    if (syscall(SYS_sched_getattr, 0, &about, sizeof about, 0) != 0) return;
    if (about.sched_policy != 0) return;
    about.size = sizeof about;
    about.sched_runtime = nanoseconds;
    syscall(SYS_sched_setattr, 0, &about, 0);
}
