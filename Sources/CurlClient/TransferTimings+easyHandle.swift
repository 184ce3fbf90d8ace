import CCurl

extension TransferTimings {
    /// What the handle measured of its last transfer.
    init(_ handle: borrowing EasyHandle) {
        self.init(
            nameLookup: Double(handle.offset(CURLINFO_NAMELOOKUP_TIME_T)) / 1e6,
            connect: Double(handle.offset(CURLINFO_CONNECT_TIME_T)) / 1e6,
            tls: Double(handle.offset(CURLINFO_APPCONNECT_TIME_T)) / 1e6,
            firstByte: Double(handle.offset(CURLINFO_STARTTRANSFER_TIME_T)) / 1e6,
            total: Double(handle.offset(CURLINFO_TOTAL_TIME_T)) / 1e6
        )
    }
}
