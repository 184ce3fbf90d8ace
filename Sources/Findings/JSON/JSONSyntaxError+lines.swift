extension JSONSyntaxError {
    /// The same error in a text of which the one that was parsed is a part that begins a line.
    func moved(byLines lines: Int, bytes: Int) -> JSONSyntaxError {
        var moved = self
        moved.offset += bytes
        moved.position.line += lines
        return moved
    }
}
