package io.saddlebag.library.scsi;

import io.saddlebag.host.Deadline;
import io.saddlebag.host.Waiter;
import io.saddlebag.library.Element;
import io.saddlebag.library.LibraryException;
import io.saddlebag.library.LibraryFault;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Asks drives whether they hold what the robot believes to have brought them. */
final class DriveChecks {
    private static final int MOST_NEWS = 4;
    private static final Duration LONGEST_LOAD = Duration.ofMinutes(2);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

    private final String library;
    private final Waiter waiter;

    DriveChecks(String library, Waiter waiter) {
        this.library = library;
        this.waiter = waiter;
    }

    boolean holdsItsCartridge(TapeDrive drive) throws IOException {
        for (int news = 0; ; news++) {
            try {
                return drive.state().loaded();
            } catch (TapeException e) {
                if (!e.is(TapeFault.UNIT_ATTENTION) || news == MOST_NEWS) {
                    throw e;
                }
            }
        }
    }

    /** The drive that is believed to stand in an empty element must be empty. */
    void requireEmpty(LibraryDrive drive, Element element) throws IOException {
        if (holdsItsCartridge(drive.drive())) {
            throw wrong(drive + " is loaded although " + element + " is empty");
        }
    }

    /** The drive must be able to load what was brought to its element; it lets go of it again. */
    void requireArrived(LibraryDrive drive, Element element) throws IOException {
        Deadline end = Deadline.after(waiter, LONGEST_LOAD);
        while (true) {
            try {
                drive.drive().load();
                drive.drive().unload();
                return;
            } catch (TapeException e) {
                if (e.is(TapeFault.UNIT_ATTENTION) && !end.passed()) {
                    continue;
                }
                if (!e.is(TapeFault.NO_MEDIUM)) {
                    throw e;
                }
                if (end.passed()) {
                    throw wrong("a cartridge was brought to " + element + ", but didn't turn up in " + drive);
                }
            }
            await(end);
        }
    }

    /** Which of the drives can load what was brought to an element; it lets go of it again. */
    Optional<LibraryDrive> whichLoads(List<LibraryDrive> drives) throws IOException {
        Deadline end = Deadline.after(waiter, LONGEST_LOAD);
        while (true) {
            for (LibraryDrive each : drives) {
                try {
                    each.drive().load();
                    each.drive().unload();
                    return Optional.of(each);
                } catch (TapeException e) {
                    if (!e.is(TapeFault.NO_MEDIUM) && !e.is(TapeFault.UNIT_ATTENTION)) {
                        throw e;
                    }
                }
            }
            if (end.passed()) {
                return Optional.empty();
            }
            await(end);
        }
    }

    private void await(Deadline end) throws IOException {
        try {
            end.await(LOOK_EVERY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException)
                    new InterruptedIOException("interrupted while a drive of " + library + " loads").initCause(e);
        }
    }

    private LibraryException wrong(String what) {
        return new LibraryException(
                LibraryFault.WRONG_DRIVE,
                "drives and elements of library " + library + " don't fit: " + what,
                "Give each drive its 'element', e.g. dte1, in config/devices.yaml; the library's panel shows serial"
                        + " numbers.");
    }
}
