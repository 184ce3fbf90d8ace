/// SQLite does not write commits through to the disk, so that an acknowledged finding could be lost.
package struct UnsafeDatabaseError: Error, Hashable, CustomStringConvertible {
    package var level: Int?

    package var description: String {
        "SQLite answers PRAGMA synchronous with \(level.map(String.init) ?? "nothing") instead of 2 (FULL): "
            + "commits would not survive a power cut, so the store is not opened"
    }
}
