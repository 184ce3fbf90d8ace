import CThreads
import Glibc

/// A thread of our own, for C calls that block: they must never run on Swift's cooperative threads.
package enum DedicatedThread {
    /// Runs `body` on a new detached thread.
    ///
    /// - Parameters:
    ///   - name: Shown by debuggers and `top`; cut at 15 bytes (`PR_SET_NAME`, prctl(2)).
    ///   - body: Everything the thread does.
    /// - Returns: Whether the system gave a thread.
    package static func start(name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
        var attributes = pthread_attr_t()
        guard pthread_attr_init(&attributes) == 0 else { return false }
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let work = Unmanaged.passRetained(Work(name: name, body: body))
        var thread = pthread_t()
        let result = pthread_create(
            &thread,
            &attributes,
            { context in
                guard let context else { return nil }
                let work = Unmanaged<Work>.fromOpaque(context).takeRetainedValue()
                noroshi_name_thread(work.name)
                work.body()
                return nil
            },
            work.toOpaque()
        )
        if result != 0 { work.release() }
        return result == 0
    }

    private final class Work: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
}
