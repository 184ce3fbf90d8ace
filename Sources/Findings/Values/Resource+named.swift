extension Resource {
    /// A resource known by its ARN or name alone; an ARN tells its Region.
    init(named id: String) {
        self.init(id: id, region: ARN(id)?.region)
    }
}
