/// Calls `body` with an object without counting a reference to it.
///
/// To count one takes an atomic instruction, and that waits until all stores before it are done. Whoever calls
/// this says why nobody can let go of the object meanwhile.
@inline(__always)
func withUncounted<Object: AnyObject, Result, Failure: Error>(
  _ object: Unmanaged<Object>, _ body: (Object) throws(Failure) -> Result
) throws(Failure) -> Result {
  try object._withUnsafeGuaranteedRef { object in
    Swift.Result { () throws(Failure) -> Result in try body(object) }
  }.get()
}
