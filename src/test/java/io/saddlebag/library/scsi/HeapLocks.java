package io.saddlebag.library.scsi;

import io.saddlebag.host.DeviceLocks;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/** Locks that several libraries of one test share, as processes share a folder. */
public final class HeapLocks implements DeviceLocks {
    private final ConcurrentHashMap<String, Semaphore> permits = new ConcurrentHashMap<>();

    @Override
    public Optional<Held> tryTake(String device) {
        Semaphore permit = permit(device);
        return permit.tryAcquire() ? Optional.of(held(permit)) : Optional.empty();
    }

    /** @throws WouldWait when somebody has it: tests play both in one thread */
    @Override
    public Held take(String device) {
        return tryTake(device).orElseThrow(WouldWait::new);
    }

    /** Whoever wanted the lock has to come back later. */
    static final class WouldWait extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Override
    public String holder(String device) {
        return "process 4711";
    }

    /** Devices that somebody has. */
    public List<String> taken() {
        return permits.entrySet().stream()
                .filter(each -> each.getValue().availablePermits() == 0)
                .map(Map.Entry::getKey)
                .toList();
    }

    private Semaphore permit(String device) {
        return permits.computeIfAbsent(device, d -> new Semaphore(1));
    }

    private static Held held(Semaphore permit) {
        var open = new java.util.concurrent.atomic.AtomicBoolean(true);
        return () -> {
            if (open.getAndSet(false)) {
                permit.release();
            }
        };
    }
}
