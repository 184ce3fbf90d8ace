import Findings
import FoundationEssentials
import Logging

/// One log record as a line of text: JSON for machines, plain for people. Both are safe against line breaks and
/// terminal controls in what is logged.
struct LogLine {
    var date: Date
    var level: Logger.Level
    var label: String
    var message: String
    var metadata: Logger.Metadata

    /// One JSON object: `time` (RFC 3339, UTC, ms), `level`, `logger`, `message`, then the metadata as flat keys in
    /// alphabetical order.
    var json: String {
        var members: [JSONValue.Member] = [
            .init("time", .string(LogLine.timestamp(date))),
            .init("level", .string(level.rawValue)),
            .init("logger", .string(label)),
            .init("message", .string(message)),
        ]
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            members.append(.init(key, LogLine.value(value)))
        }
        return JSONValue.object(members).text
    }

    /// `10:04:05.123 INFO  message  key=value …`, for a terminal.
    var plain: String {
        let time = LogLine.timestamp(date).dropFirst(11).dropLast(1)
        let word = level.rawValue.uppercased()
        let padded = word + String(repeating: " ", count: max(0, 7 - word.count))
        var line = "\(time) \(padded) \(LogLine.visible(message))"
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            line += "  \(key)=\(LogLine.visible("\(value)"))"
        }
        return line
    }

    static func timestamp(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    private static func value(_ value: Logger.Metadata.Value) -> JSONValue {
        switch value {
        case .string(let string): .string(string)
        case .stringConvertible(let value): .string(value.description)
        case .array(let values): .array(values.map(self.value))
        case .dictionary(let values):
            .object(values.sorted { $0.key < $1.key }.map { .init($0.key, self.value($0.value)) })
        }
    }

    private static func visible(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
                    default: scalar
                    }
                }
            )
        )
    }
}
