/// An idea of the last night.
func idea( {
