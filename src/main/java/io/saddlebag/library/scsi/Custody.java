package io.saddlebag.library.scsi;

import io.saddlebag.host.Deadline;
import io.saddlebag.host.DeviceLocks;
import io.saddlebag.host.DeviceLocks.Held;
import io.saddlebag.host.Waiter;
import io.saddlebag.library.Element;
import io.saddlebag.library.ElementKind;
import io.saddlebag.library.LibraryException;
import io.saddlebag.library.LibraryFailures;
import io.saddlebag.library.LibraryFault;
import io.saddlebag.scsi.ChangerCommands;
import io.saddlebag.scsi.DeviceClaim;
import io.saddlebag.scsi.ReservationKey;
import io.saddlebag.scsi.ScsiException;
import io.saddlebag.scsi.ScsiFault;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Who has a drive or the robot: first among the processes of this host, by locks, then among hosts, by claims (M19). In this
 * order, so that what a claim finds of this host's is known to be of the dead.
 */
final class Custody {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final String library;
    private final DeviceLocks locks;
    private final Waiter waiter;

    Custody(String library, DeviceLocks locks, Waiter waiter) {
        this.library = library;
        this.locks = locks;
        this.waiter = waiter;
    }

    /** @throws LibraryException {@link LibraryFault#IN_USE} */
    Held drive(Element element, LibraryDrive drive) throws IOException {
        Held lock = lock(element, drive.serial());
        return claimed(lock, drive.claim());
    }

    /** To look only: waits for moves of this host. */
    Held robotOfThisHost(String identity) throws IOException {
        return robotLock(identity);
    }

    /** Waits for other moves, of this host and of others. */
    Held robot(String identity, DeviceClaim claim) throws IOException {
        Held lock = robotLock(identity);
        Deadline end = Deadline.after(waiter, ChangerCommands.MOVE);
        while (true) {
            try {
                claim.take();
                return () -> release(lock, claim);
            } catch (IOException e) {
                boolean wait = e instanceof ScsiException scsi && scsi.is(ScsiFault.IN_USE) && !end.passed();
                if (!wait) {
                    throw refused(lock, e);
                }
            }
            await(end, lock);
        }
    }

    /** Takes a device away from another host; empty when none had it. */
    Optional<String> breakReservation(Element element, String identity, DeviceClaim claim) throws IOException {
        if (!(claim instanceof DeviceClaim.Shared shared)) {
            throw new LibraryException(
                    LibraryFault.NOT_SHARED,
                    element + " of library " + library + " has no reservation that could be taken from another host",
                    "Only devices with persistentReservation: true in config/devices.yaml are reserved for hosts.");
        }
        Held lock = lock(element, identity);
        try {
            return shared.preempt().map(ReservationKey::toString);
        } finally {
            lock.close();
        }
    }

    private Held lock(Element element, String identity) throws IOException {
        return locks.tryTake(identity).orElseThrow(() -> inUse(element, locks.holder(identity)));
    }

    private LibraryException inUse(Element element, String holder) {
        return element.kind() == ElementKind.DTE
                ? LibraryFailures.driveInUse(library, element, holder)
                : new LibraryException(
                        LibraryFault.IN_USE,
                        "the robot of library " + library + " is used by " + holder,
                        "Wait until its move has ended.");
    }

    private Held robotLock(String identity) throws IOException {
        try {
            return locks.take(identity);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private Held claimed(Held lock, DeviceClaim claim) throws IOException {
        try {
            claim.take();
        } catch (IOException e) {
            throw refused(lock, e);
        }
        return () -> release(lock, claim);
    }

    private IOException refused(Held lock, IOException why) {
        try {
            lock.close();
        } catch (IOException e) {
            why.addSuppressed(e);
        }
        return why instanceof ScsiException scsi && scsi.is(ScsiFault.IN_USE)
                ? new LibraryException(LibraryFault.IN_USE, scsi.what(), scsi.hint(), scsi)
                : why;
    }

    /** Gives back to other hosts first: a process of this host could not take it yet. */
    private static void release(Held lock, DeviceClaim claim) throws IOException {
        try (lock) {
            claim.release();
        }
    }

    private void await(Deadline end, Held lock) throws IOException {
        try {
            end.await(LOOK_EVERY);
        } catch (InterruptedException e) {
            throw refused(lock, interrupted(e));
        }
    }

    private IOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return (IOException)
                new InterruptedIOException("interrupted while waiting for the robot of " + library).initCause(e);
    }
}
