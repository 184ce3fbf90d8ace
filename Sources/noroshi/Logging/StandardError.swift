import Glibc

/// Lines for a person or a log collector, kept apart from data on standard output.
enum StandardError {
    /// Writes the line with one system call, so that lines of several threads do not mix (POSIX write(2), pipes up to
    /// PIPE_BUF). A line that cannot be written is lost: there is nowhere to report it.
    static func write(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        var start = 0
        while start < bytes.count {
            let written = bytes.span.extracting(start..<bytes.count).withUnsafeBytes { rest in
                Glibc.write(STDERR_FILENO, rest.baseAddress, rest.count)
            }
            guard written > 0 else { return }
            start += written
        }
    }
}
