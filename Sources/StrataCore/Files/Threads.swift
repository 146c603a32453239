import CIntrinsics

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A mutual exclusion lock that condition variables can be attached to.
///
/// The standard library's `Mutex` guards one value and cannot wait; the commit queue and the worker
/// must. What a lock guards is written beside it, where it is declared.
public final class Lock: @unchecked Sendable {
  fileprivate let mutex: UnsafeMutablePointer<pthread_mutex_t>

  /// An unlocked lock.
  public init() {
    mutex = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    #if canImport(Glibc)
      // What these locks guard is done in less time than it takes to fall asleep: look again a few times first.
      var attributes = pthread_mutexattr_t()
      pthread_mutexattr_init(&attributes)
      pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_ADAPTIVE_NP))
      let status = pthread_mutex_init(mutex, &attributes)
      pthread_mutexattr_destroy(&attributes)
    #else
      let status = pthread_mutex_init(mutex, nil)
    #endif
    precondition(status == 0, "a mutex could not be made: error \(status)")
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Waits until the lock is free and takes it.
  public func lock() { pthread_mutex_lock(mutex) }

  /// Gives the lock back; only the thread that took it may do so.
  public func unlock() { pthread_mutex_unlock(mutex) }

  /// Holds the lock while `body` runs.
  public func withLock<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    lock()
    defer { unlock() }
    return try body()
  }
}

/// A place to wait, under a lock, until another thread says that something changed.
public final class Condition: @unchecked Sendable {
  private let lock: Lock
  private let condition: UnsafeMutablePointer<pthread_cond_t>

  /// A condition of the state that `lock` guards.
  public init(of lock: Lock) {
    self.lock = lock
    condition = .allocate(capacity: 1)
    condition.initialize(to: pthread_cond_t())
    #if canImport(Darwin)
      let status = pthread_cond_init(condition, nil)
    #else
      var attributes = pthread_condattr_t()
      pthread_condattr_init(&attributes)
      pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
      let status = pthread_cond_init(condition, &attributes)
      pthread_condattr_destroy(&attributes)
    #endif
    precondition(status == 0, "a condition could not be made: error \(status)")
  }

  deinit {
    pthread_cond_destroy(condition)
    condition.deallocate()
  }

  /// Gives the lock back, waits for a notification, takes the lock again; may also wake for nothing.
  public func wait() { pthread_cond_wait(condition, lock.mutex) }

  /// The same for at most so many milliseconds.
  public func wait(milliseconds: Int) {
    var time = timespec()
    #if canImport(Darwin)
      time.tv_sec = milliseconds / 1000
      time.tv_nsec = milliseconds % 1000 * 1_000_000
      pthread_cond_timedwait_relative_np(condition, lock.mutex, &time)
    #else
      clock_gettime(CLOCK_MONOTONIC, &time)
      let nanoseconds = Int(time.tv_nsec) + milliseconds % 1000 * 1_000_000
      time.tv_sec += milliseconds / 1000 + nanoseconds / 1_000_000_000
      time.tv_nsec = nanoseconds % 1_000_000_000
      pthread_cond_timedwait(condition, lock.mutex, &time)
    #endif
  }

  /// Wakes everyone who waits.
  public func notifyAll() { pthread_cond_broadcast(condition) }
}

/// A thread of the operating system that runs one closure.
public final class WorkerThread: @unchecked Sendable {
  private var thread: pthread_t

  private final class Body {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
  }

  /// Starts a thread.
  public init(_ body: @escaping @Sendable () -> Void) {
    let boxed = Unmanaged.passRetained(Body(body)).toOpaque()
    #if canImport(Darwin)
      var started: pthread_t?
      let status = pthread_create(&started, nil, WorkerThread.enter, boxed)
      guard status == 0, let started else { fatalError("no thread could be started: \(status)") }
      thread = started
    #else
      var started = pthread_t()
      let status = pthread_create(
        &started, nil,
        { argument in
          guard let argument else { return nil }
          Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
          return nil
        }, boxed)
      precondition(status == 0, "no thread could be started: error \(status)")
      thread = started
    #endif
  }

  #if canImport(Darwin)
    private static let enter: @convention(c) (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? =
      { argument in
        Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }
  #endif

  /// Waits until the closure has returned; to be called once.
  public func join() { pthread_join(thread, nil) }

  /// Lets the calling thread rest.
  public static func sleep(milliseconds: Int) {
    var time = timespec()
    time.tv_sec = milliseconds / 1000
    time.tv_nsec = milliseconds % 1000 * 1_000_000
    nanosleep(&time, nil)
  }

  /// How many threads can run at the same time on this computer.
  public static var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  /// Lets other threads run first, if there are any that could.
  public static func yield() { sched_yield() }

  /// Lets the processor rest for a few cycles: for a loop that waits for another thread's store.
  @inline(__always)
  public static func pause() { strata_pause() }

  /// A number that differs between threads that run at the same time.
  @inline(__always)
  @inlinable
  public static var currentIdentifier: UInt {
    #if canImport(Darwin)
      UInt(bitPattern: pthread_self())
    #else
      UInt(pthread_self())
    #endif
  }
}

/// Time as the operating system tells it.
public enum SystemTime {
  /// Nanoseconds since some fixed moment, never running backwards: for measuring.
  public static var monotonicNanoseconds: UInt64 { read(CLOCK_MONOTONIC, unit: 1) }

  /// Milliseconds since 1970-01-01 00:00 UTC; may jump when somebody sets the clock.
  public static var unixMilliseconds: UInt64 { read(CLOCK_REALTIME, unit: 1_000_000) }

  private static func read(_ clock: clockid_t, unit: UInt64) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return (UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)) / unit
  }
}
