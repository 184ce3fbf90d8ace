import Findings

/// An event as patterns see it: with `detail.findings` narrowed to the one finding.
struct PatternEvent: Sendable {
    let event: JSON
    let narrowing: EventPattern.Narrowing?
    /// Which element of `detail.findings` is to be seen, `nil` when all of them are.
    let findingIndex: Int?

    init(_ observation: Observation) {
        event = observation.event
        guard let index = observation.findingIndex, let array = event["detail"]?["findings"],
            array.elements.indices.contains(index)
        else {
            narrowing = nil
            findingIndex = nil
            return
        }
        findingIndex = index
        narrowing = EventPattern.Narrowing(array: array, element: array.elements[index])
    }
}
