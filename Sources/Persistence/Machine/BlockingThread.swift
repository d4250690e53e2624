import Dispatch
import Glibc

/// A thread for work that blocks, which the cooperative pool and the event loops must not do.
///
/// It takes no signals, so its system calls are not interrupted.
struct BlockingThread: Sendable {
    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }

    /// What the others of the process have in front of it where there are more threads than cores.
    enum Priority: Sendable {
        case same
        /// In front of all that run for longer at a time.
        case first
        /// A tenth of the processor time of a thread that wants it too, which also comes first.
        case behindRequests

        /// setpriority(2): each step is a quarter more or less.
        fileprivate var niceness: Int32 {
            switch self {
            case .same, .first: 0
            case .behindRequests: 10
            }
        }
    }

    private let thread: pthread_t
    private let ended = DispatchSemaphore(value: 0)

    init(_ priority: Priority = .same, _ run: @escaping @Sendable () -> Void) {
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let ended = self.ended
        let body = Unmanaged.passRetained(
            Body {
                // Of this thread alone, on Linux.
                if priority.niceness != 0 {
                    setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, priority.niceness)
                }
                if priority == .first { TimeSlice.shorten() }
                run()
                ended.signal()
            }
        )
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, Self.main, body.toOpaque())
        precondition(code == 0, "no thread could be made: errno \(code)")
        self.thread = thread
    }

    /// Waits for the end. To be called once.
    func join() {
        pthread_join(self.thread, nil)
    }

    /// Waits for the end, but no longer than whole seconds; then the thread is left to itself. To be
    /// called once, instead of `join`.
    ///
    /// - Returns: whether it has ended.
    func join(withinSeconds seconds: Int) -> Bool {
        guard self.ended.wait(timeout: .now() + .seconds(seconds)) == .success else {
            pthread_detach(self.thread)
            return false
        }
        self.join()
        return true
    }

    private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? =
        { context in
            guard let context else { return nil }
            Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
            return nil
        }
}
