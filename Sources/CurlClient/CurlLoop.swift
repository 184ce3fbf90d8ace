import CCurl
import Synchronization
import Threads

/// One multi handle and the one thread that drives it.
///
/// Requests come in through a mutex and `curl_multi_wakeup`, results leave through continuations. The thread ends when
/// it has had nothing to do for so long that every connection it keeps is too old to be used again.
///
/// `@unchecked` because of the multi handle: other threads only call `curl_multi_wakeup` on it, which libcurl allows
/// (curl_multi_wakeup(3)), and only while the loop is not retired.
final class CurlLoop: @unchecked Sendable {
    struct Submission: Sendable {
        let id: UInt64
        let request: HTTPRequest
        let continuation: CheckedContinuation<HTTPExchange, Never>
    }

    private struct Inbox {
        var submissions: [Submission] = []
        var cancelled: [UInt64] = []
        /// Nothing new will come: end when everything is done.
        var isClosing = false
        /// The thread takes nothing more.
        var isRetired = false
    }

    private let multi: UnsafeMutableRawPointer
    private let caFile: String?
    private let idleTime: Duration
    private let inbox = Mutex(Inbox())

    private var idleLimit: Duration { idleTime * 2 }

    /// - Parameters:
    ///   - caFile: PEM file of the certificate authorities to trust in place of the system's.
    ///   - idleTime: For how long a connection that nothing used may be used again.
    init?(caFile: String?, idleTime: Duration) {
        guard CurlRuntime.isStarted, let multi = curl_multi_init() else { return nil }
        self.multi = multi
        self.caFile = caFile
        self.idleTime = idleTime
        _ = noroshi_multi_setopt_long(multi, CURLMOPT_MAXCONNECTS, 128)
        guard DedicatedThread.start(name: "curl-http", { [self] in run() }) else { return nil }
    }

    deinit { curl_multi_cleanup(multi) }

    /// Hands a request to the thread.
    ///
    /// - Returns: `false` when the loop has ended; then the submission is still the caller's.
    func submit(_ submission: Submission) -> Bool {
        inbox.withLock { inbox in
            guard inbox.isRetired == false else { return false }
            inbox.submissions.append(submission)
            if inbox.submissions.count == 1 { curl_multi_wakeup(multi) }
            return true
        }
    }

    /// Gives up a request; nothing happens when it is done already.
    func cancel(_ id: UInt64) {
        inbox.withLock { inbox in
            guard inbox.isRetired == false else { return }
            inbox.cancelled.append(id)
            curl_multi_wakeup(multi)
        }
    }

    func close() {
        inbox.withLock { inbox in
            inbox.isClosing = true
            if inbox.isRetired == false { curl_multi_wakeup(multi) }
        }
    }

    // MARK: - On the thread

    private func run() {
        var running: [UnsafeMutableRawPointer: HTTPTransfer] = [:]
        var idle: [HTTPTransfer] = []
        var lastWork = ContinuousClock.now
        while true {
            let (submissions, cancelled) = inbox.withLock { inbox in
                defer {
                    inbox.submissions.removeAll(keepingCapacity: true)
                    inbox.cancelled.removeAll(keepingCapacity: true)
                }
                return (inbox.submissions, inbox.cancelled)
            }
            for submission in submissions {
                // What libcurl tells of a transfer that it has not begun is still that of an earlier one.
                if cancelled.contains(submission.id) {
                    submission.continuation.resume(returning: HTTPTransfer.cancelledBefore)
                } else {
                    begin(submission, &running, &idle)
                }
            }
            for id in cancelled { cancel(id, &running) }
            var count: Int32 = 0
            curl_multi_perform(multi, &count)
            finish(&running, &idle)
            if running.isEmpty == false || submissions.isEmpty == false { lastWork = .now }
            if running.isEmpty, retireIfDone(isIdle: ContinuousClock.now - lastWork > idleLimit) { return }
            curl_multi_poll(multi, nil, 0, running.isEmpty ? Int32(clamping: idleLimit.milliseconds + 1000) : 1000, nil)
        }
    }

    private func retireIfDone(isIdle: Bool) -> Bool {
        inbox.withLock { inbox in
            guard inbox.submissions.isEmpty, isIdle || inbox.isClosing else { return false }
            inbox.isRetired = true
            return true
        }
    }

    private func begin(
        _ submission: Submission,
        _ running: inout [UnsafeMutableRawPointer: HTTPTransfer],
        _ idle: inout [HTTPTransfer]
    ) {
        do throws(CurlError) {
            let transfer: HTTPTransfer
            if let waiting = idle.popLast() {
                transfer = waiting
            } else {
                transfer = try HTTPTransfer(caFile: caFile, idleTime: idleTime)
            }
            try transfer.prepare(submission)
            let code = curl_multi_add_handle(multi, transfer.handle.raw)
            guard code == CURLM_OK else {
                throw CurlError(kind: .resources, code: 0, detail: String(cString: curl_multi_strerror(code)))
            }
            running[transfer.handle.raw] = transfer
        } catch {
            submission.continuation.resume(returning: HTTPExchange(result: .failure(error)))
        }
    }

    private func finish(_ running: inout [UnsafeMutableRawPointer: HTTPTransfer], _ idle: inout [HTTPTransfer]) {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let raw = message.pointee.easy_handle,
                let transfer = running.removeValue(forKey: raw)
            else { continue }
            let exchange = transfer.exchange(message.pointee.data.result)
            let submission = transfer.submission
            curl_multi_remove_handle(multi, raw)
            transfer.clear()
            if idle.count < 64 { idle.append(transfer) }
            submission?.continuation.resume(returning: exchange)
        }
    }

    private func cancel(_ id: UInt64, _ running: inout [UnsafeMutableRawPointer: HTTPTransfer]) {
        guard let (raw, transfer) = running.first(where: { $0.value.submission?.id == id }) else { return }
        running.removeValue(forKey: raw)
        let exchange = transfer.cancelledExchange()
        curl_multi_remove_handle(multi, raw)
        transfer.submission?.continuation.resume(returning: exchange)
    }
}
