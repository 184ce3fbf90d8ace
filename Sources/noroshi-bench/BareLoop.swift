import CCurl
import Foundation

/// libcurl's multi interface with nothing around it: what the transport alone can do on this machine.
enum BareLoop {
    /// Posts the same body `count` times over at most `concurrency` reused connections, on the calling thread.
    static func postsPerSecond(url: String, body: [UInt8], count: Int, concurrency: Int) throws -> Double {
        guard let multi = curl_multi_init() else { throw BenchFailure("curl_multi_init failed") }
        defer { curl_multi_cleanup(multi) }
        // The body must stay where it is until the last transfer ends: CURLOPT_POSTFIELDS does not copy.
        return try body.withUnsafeBufferPointer { bytes in
            var started = 0
            var done = 0
            func add(_ handle: UnsafeMutableRawPointer) {
                started += 1
                curl_multi_add_handle(multi, handle)
            }
            let begin = Date()
            for _ in 0..<min(concurrency, count) {
                guard let handle = curl_easy_init() else { throw BenchFailure("curl_easy_init failed") }
                _ = noroshi_setopt_string(handle, CURLOPT_URL, url)
                _ = noroshi_setopt_long(handle, CURLOPT_NOSIGNAL, 1)
                _ = noroshi_setopt_string(handle, CURLOPT_PROXY, "")
                _ = noroshi_setopt_long(handle, CURLOPT_POST, 1)
                _ = noroshi_setopt_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count))
                _ = noroshi_setopt_pointer(
                    handle,
                    CURLOPT_POSTFIELDS,
                    UnsafeMutableRawPointer(mutating: bytes.baseAddress)
                )
                let discard: curl_write_callback = { _, size, count, _ in size * count }
                _ = noroshi_setopt_write(handle, CURLOPT_WRITEFUNCTION, discard)
                add(handle)
            }
            var running: Int32 = 0
            while done < count {
                curl_multi_perform(multi, &running)
                var left: Int32 = 0
                while let message = curl_multi_info_read(multi, &left) {
                    guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else {
                        continue
                    }
                    let result = message.pointee.data.result
                    guard result == CURLE_OK else {
                        throw BenchFailure("a bare transfer failed: \(String(cString: curl_easy_strerror(result)))")
                    }
                    done += 1
                    curl_multi_remove_handle(multi, handle)
                    if started < count { add(handle) } else { curl_easy_cleanup(handle) }
                }
                curl_multi_poll(multi, nil, 0, 100, nil)
            }
            return Double(count) / Date().timeIntervalSince(begin)
        }
    }
}
