import CCurl
import Glibc

/// libcurl's process-wide state.
enum CurlRuntime {
    /// Starts libcurl once and ignores SIGPIPE in the whole process.
    ///
    /// With `CURLOPT_NOSIGNAL` libcurl no longer shields its sockets from SIGPIPE, so a peer that hangs up would end
    /// the process (libcurl-thread(3)).
    static let isStarted: Bool = {
        signal(SIGPIPE, SIG_IGN)
        return curl_global_init(Int(CURL_GLOBAL_SSL)) == CURLE_OK
    }()
}
