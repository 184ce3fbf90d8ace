import Store

extension SQLiteStore: DiskRoom {
    package var isDiskFull: Bool { writer.isDiskFull }

    package var diskChanges: AsyncStream<Void> { diskSignal.stream() }

    package func lookForRoom() async { await writer.lookForRoom() }
}
