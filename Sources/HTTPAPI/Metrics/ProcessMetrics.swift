import FoundationEssentials
import Glibc

/// The `process_*` metrics that every Prometheus client library has, read from Linux's proc(5).
enum ProcessMetrics {
    /// - Returns: What could be read; a figure that cannot is left out.
    static func families() -> [MetricFamily] {
        let statistics = statistics()
        let figures: [(String, MetricFamily.Kind, String, Double?)] = [
            (
                "process_cpu_seconds_total", .counter, "User and system CPU time spent.",
                seconds(statistics, at: 11).flatMap { user in seconds(statistics, at: 12).map { user + $0 } }
            ),
            ("process_virtual_memory_bytes", .gauge, "Size of virtual memory.", number(statistics, at: 20)),
            (
                "process_resident_memory_bytes", .gauge, "Size of resident memory.",
                number(statistics, at: 21).map { $0 * Double(sysconf(Int32(_SC_PAGESIZE))) }
            ),
            (
                "process_start_time_seconds", .gauge, "When the process started, in seconds since 1970.",
                seconds(statistics, at: 19).flatMap { sinceBoot in bootTime().map { $0 + sinceBoot } }
            ),
            ("process_open_fds", .gauge, "Open file descriptors.", openDescriptors()),
            ("process_max_fds", .gauge, "How many file descriptors may be open.", descriptorLimit()),
        ]
        return figures.compactMap { name, kind, help, value in
            value.map { MetricFamily(name, kind, help, [MetricFamily.Sample($0)]) }
        }
    }

    /// The fields of `/proc/self/stat` after the program's name, which may hold spaces: index 0 is the state, field 3.
    private static func statistics() -> [Substring] {
        guard let text = read("/proc/self/stat"), let end = text.lastIndex(of: ")") else { return [] }
        return text[text.index(after: end)...].split(whereSeparator: \.isWhitespace)
    }

    private static func number(_ fields: [Substring], at index: Int) -> Double? {
        index < fields.count ? Double(fields[index]) : nil
    }

    /// A field in clock ticks.
    private static func seconds(_ fields: [Substring], at index: Int) -> Double? {
        number(fields, at: index).map { $0 / Double(sysconf(Int32(_SC_CLK_TCK))) }
    }

    private static func bootTime() -> Double? {
        let line = read("/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }
        return line.flatMap { Double($0.dropFirst("btime ".count)) }
    }

    private static func openDescriptors() -> Double? {
        do {
            return Double(try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count)
        } catch {
            return nil
        }
    }

    private static func descriptorLimit() -> Double? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return limit.rlim_cur == .max ? .infinity : Double(limit.rlim_cur)
    }

    private static func read(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
}
