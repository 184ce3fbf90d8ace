/// A group whose time has come, and of which something that is stored cannot be read.
package struct UnreadableGroup: Error, Hashable, CustomStringConvertible {
    package var number: Int64
    package var reason: String

    package init(_ number: Int64, because reason: String) {
        self.number = number
        self.reason = reason
    }

    package var description: String { "what waits in group \(number) cannot be told: \(reason)" }
}
