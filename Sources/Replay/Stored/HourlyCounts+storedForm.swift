import Findings

extension HourlyCounts {
    /// Three numbers an hour: since the hour before, or since 1970, before and after.
    var storedForm: JSONValue {
        var last = 0
        return .array(
            hours.sorted { $0.key < $1.key }.flatMap { hour, pair -> [JSONValue] in
                defer { last = hour }
                return [.integer(hour - last), .integer(pair.before), .integer(pair.after)]
            }
        )
    }

    /// Reads ``storedForm`` back.
    init(storedForm json: JSON?) throws(StoredFormError) {
        let numbers = json?.elements.compactMap(\.counted) ?? []
        guard numbers.count == json?.elements.count ?? 0, numbers.count.isMultiple(of: 3) else {
            throw .misplaced("hours")
        }
        self.init()
        var hour = 0
        for place in stride(from: 0, to: numbers.count, by: 3) {
            hour += numbers[place]
            add(numbers[place + 1], before: true, hour: hour)
            add(numbers[place + 2], before: false, hour: hour)
        }
    }
}
