import FoundationEssentials

extension Date {
    private static let timestampStyle = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    /// Appends ISO 8601 in UTC, `2026-01-31T08:15:00.000Z`, cut to milliseconds.
    ///
    /// The text is that of Foundation's style, which takes three microseconds for each; a message holds half a dozen.
    package func writeTimestamp(to out: inout [UInt8]) {
        let since2001 = timeIntervalSinceReferenceDate
        let whole = since2001.rounded(.down)
        // Beyond the years 1970 to 9892 other calendars and longer years come in.
        guard (-978_307_200..<2.5e11) ~= whole else {
            return out.append(contentsOf: formatted(Date.timestampStyle).utf8)
        }
        let seconds = Int(whole) + 978_307_200
        let (year, month, day) = CivilDate.date(daysSince1970: seconds / 86_400)
        let ofDay = seconds % 86_400
        Date.write(year / 100, to: &out)
        Date.write(year % 100, to: &out)
        out.append(UInt8(ascii: "-"))
        Date.write(month, to: &out)
        out.append(UInt8(ascii: "-"))
        Date.write(day, to: &out)
        out.append(UInt8(ascii: "T"))
        Date.write(ofDay / 3600, to: &out)
        out.append(UInt8(ascii: ":"))
        Date.write(ofDay / 60 % 60, to: &out)
        out.append(UInt8(ascii: ":"))
        Date.write(ofDay % 60, to: &out)
        out.append(UInt8(ascii: "."))
        let milliseconds = Int((since2001 - whole) * 1_000_000_000) / 1_000_000
        out.append(UInt8(ascii: "0") + UInt8(milliseconds / 100))
        Date.write(milliseconds % 100, to: &out)
        out.append(UInt8(ascii: "Z"))
    }

    /// Appends a number of two digits.
    private static func write(_ number: Int, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "0") + UInt8(number / 10))
        out.append(UInt8(ascii: "0") + UInt8(number % 10))
    }
}
