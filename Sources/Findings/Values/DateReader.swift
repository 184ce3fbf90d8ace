import FoundationEssentials

/// A cursor over the bytes of one date.
struct DateReader {
    private let bytes: ArraySlice<UInt8>
    private var at: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        at = bytes.startIndex
    }

    mutating func iso8601() -> Date? {
        guard let year = digits(4...4), take("-"), let month = digits(2...2), take("-"), let day = digits(2...2) else {
            return nil
        }
        guard at < bytes.endIndex else { return date(year, month, day, 0, 0, 0, 0, offset: 0) }
        guard take("T") || take(" ") || take("t"), let clock = clock() else { return nil }
        guard let offset = offset(), at == bytes.endIndex else { return nil }
        return date(year, month, day, clock.hour, clock.minute, clock.second, clock.fraction, offset: offset)
    }

    mutating func rfc1123() -> Date? {
        at += 4
        skipSpaces()
        guard let day = digits(1...2) else { return nil }
        skipSpaces()
        guard let month = month() else { return nil }
        skipSpaces()
        guard let year = digits(4...4) else { return nil }
        skipSpaces()
        guard let clock = clock() else { return nil }
        skipSpaces()
        guard take("G"), take("M"), take("T") else { return nil }
        return date(year, month, day, clock.hour, clock.minute, clock.second, clock.fraction, offset: 0)
    }

    mutating func inspector() -> Date? {
        if let month = month() {
            skipSpaces()
            guard let day = digits(1...2), take(",") else { return nil }
            skipSpaces()
            guard let year = digits(4...4), take(",") else { return nil }
            skipSpaces()
            guard let clock = clock() else { return nil }
            skipSpaces()
            let afternoon = take("P")
            guard afternoon || take("A"), take("M"), (1...12).contains(clock.hour) else { return nil }
            let hour = clock.hour % 12 + (afternoon ? 12 : 0)
            return date(year, month, day, hour, clock.minute, clock.second, clock.fraction, offset: 0)
        }
        at += 3
        skipSpaces()
        guard let month = month() else { return nil }
        skipSpaces()
        guard let day = digits(1...2) else { return nil }
        skipSpaces()
        guard let clock = clock() else { return nil }
        skipSpaces()
        guard take("U"), take("T"), take("C") else { return nil }
        skipSpaces()
        guard let year = digits(4...4) else { return nil }
        return date(year, month, day, clock.hour, clock.minute, clock.second, clock.fraction, offset: 0)
    }

    private mutating func clock() -> (hour: Int, minute: Int, second: Int, fraction: Double)? {
        guard let hour = digits(1...2), take(":"), let minute = digits(2...2) else { return nil }
        var second = 0
        var fraction = 0.0
        if take(":") {
            guard let seconds = digits(2...2) else { return nil }
            second = seconds
            if take(".") || take(",") {
                let start = at
                guard let numerator = digits(1...9) else { return nil }
                fraction = Double(numerator) / DateReader.powersOfTen[at - start]
                // A tenth digit and those after it say nothing that a date could hold.
                while at < bytes.endIndex, digit(at) != nil { at += 1 }
            }
        }
        return (hour, minute, second, fraction)
    }

    /// The offset from UTC in seconds: `Z`, `+hh:mm`, `-hhmm`, `+hh`, or nothing at all.
    private mutating func offset() -> Int? {
        if at == bytes.endIndex || take("Z") || take("z") { return 0 }
        let west = take("-")
        guard west || take("+"), let hours = digits(2...2), hours < 24 else { return nil }
        _ = take(":")
        let minutes = digits(2...2) ?? 0
        guard minutes < 60 else { return nil }
        return (hours * 3600 + minutes * 60) * (west ? -1 : 1)
    }

    private mutating func month() -> Int? {
        guard at + 3 <= bytes.endIndex else { return nil }
        let name = String(decoding: bytes[at..<at + 3], as: UTF8.self)
        guard let index = DateReader.months.firstIndex(of: name) else { return nil }
        at += 3
        return index + 1
    }

    private mutating func digits(_ count: ClosedRange<Int>) -> Int? {
        var value = 0
        var taken = 0
        while taken < count.upperBound, let digit = digit(at) {
            value = value * 10 + digit
            at += 1
            taken += 1
        }
        return taken >= count.lowerBound ? value : nil
    }

    private func digit(_ index: Int) -> Int? {
        guard index < bytes.endIndex, bytes[index] >= UInt8(ascii: "0"), bytes[index] <= UInt8(ascii: "9") else {
            return nil
        }
        return Int(bytes[index] - UInt8(ascii: "0"))
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard at < bytes.endIndex, bytes[at] == UInt8(ascii: character) else { return false }
        at += 1
        return true
    }

    private mutating func skipSpaces() {
        // U+202F stands before AM and PM in texts of newer Java runtimes; its bytes are E2 80 AF.
        while at < bytes.endIndex {
            if bytes[at] == 0x20 {
                at += 1
            } else if at + 2 < bytes.endIndex, bytes[at] == 0xE2, bytes[at + 1] == 0x80, bytes[at + 2] == 0xAF {
                at += 3
            } else {
                return
            }
        }
    }

    private func date(
        _ year: Int,
        _ month: Int,
        _ day: Int,
        _ hour: Int,
        _ minute: Int,
        _ second: Int,
        _ fraction: Double,
        offset: Int
    ) -> Date? {
        guard (1...12).contains(month), day >= 1, day <= CivilDate.daysInMonth(year, month), hour < 24, minute < 60,
            second <= 60
        else { return nil }
        let days = CivilDate.daysSince1970(year, month, day)
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
        return Date(timeIntervalSince1970: Double(seconds) + fraction)
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    private static let powersOfTen: [Double] = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]
}
