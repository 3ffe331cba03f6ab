package io.saddlebag.volume;

import io.saddlebag.host.Deadline;
import io.saddlebag.host.Waiter;
import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.ElementKind;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.library.Library;
import io.saddlebag.library.LibraryException;
import io.saddlebag.library.LibraryFailures;
import io.saddlebag.library.LibraryFault;
import io.saddlebag.tape.TapeAlert;
import io.saddlebag.tape.TapeDrive;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Cleans drives with the library's cleaning cartridges (M17): when a drive asks for it, when its interval is over, or by
 * order. The caller has the drive for itself, and it is empty. Thread-safe as its library is.
 */
public final class Cleaning {
    private static final int MOST_NEWS = 4;
    private static final Duration LOOK_EVERY = Duration.ofSeconds(10);

    private final Library library;
    private final CleaningLog log;
    private final Settings settings;
    private final Consumer<String> notes;
    private final Clock clock;
    private final Waiter waiter;
    private final List<AlertListener> listeners = new CopyOnWriteArrayList<>();

    /** Hears what drives want to be known. */
    interface AlertListener {
        void heard(TapeDrive drive, TapeAlert alert);
    }

    /**
     * @param uses how often a cleaning cartridge is used
     * @param intervals after which a drive is cleaned unasked, by its name; drives left out are cleaned when they ask
     * @param longest how long a drive may take to clean itself
     */
    public record Settings(int uses, Map<String, Duration> intervals, Duration longest) {
        public static final Settings STANDARD = new Settings(50, Map.of(), Duration.ofMinutes(20));

        public Settings {
            intervals = Map.copyOf(intervals);
        }
    }

    public Cleaning(
            Library library, CleaningLog log, Settings settings, Consumer<String> notes, Clock clock, Waiter waiter) {
        this.library = library;
        this.log = log;
        this.settings = settings;
        this.notes = notes;
        this.clock = clock;
        this.waiter = waiter;
    }

    void listen(AlertListener listener) {
        listeners.add(listener);
    }

    void forget(AlertListener listener) {
        listeners.remove(listener);
    }

    /** Asks a drive what it wants to be known, and keeps its wish to be cleaned. */
    public Set<TapeAlert> look(TapeDrive drive) throws IOException {
        Set<TapeAlert> alerts = alerts(drive);
        if (alerts.stream().anyMatch(TapeAlert::asksForCleaning)) {
            log.ask(drive.name(), clock.instant());
        }
        for (TapeAlert alert : alerts) {
            notes.accept("drive " + drive.name() + ": " + alert.meaning());
            listeners.forEach(listener -> listener.heard(drive, alert));
        }
        return alerts;
    }

    /** A drive that can't tell is used as it is. */
    private Set<TapeAlert> alerts(TapeDrive drive) throws IOException {
        for (int news = 0; ; news++) {
            try {
                return drive.alerts();
            } catch (TapeException e) {
                if (!e.is(TapeFault.UNIT_ATTENTION) || news == MOST_NEWS) {
                    notes.accept("drive " + drive.name() + " doesn't tell its alerts: " + e.what());
                    return Set.of();
                }
            }
        }
    }

    /** Drives that wait for being cleaned, asked or by their interval. */
    public boolean isDue(TapeDrive drive) throws IOException {
        if (log.asked(drive.name())) {
            return true;
        }
        Duration interval = settings.intervals().get(drive.name());
        if (interval == null) {
            return false;
        }
        Optional<Instant> since = log.since(drive.name());
        if (since.isEmpty()) {
            log.cleaned(drive.name(), clock.instant());
            return false;
        }
        return !clock.instant().isBefore(since.get().plus(interval));
    }

    /**
     * Cleans an empty drive if it asks for it or its interval is over. A drive that can't be cleaned is used as it is, and
     * cleaned later: that a cartridge is missing must not stop a backup.
     *
     * @return whether it was cleaned
     */
    boolean ifDue(Element element, TapeDrive drive) throws IOException {
        look(drive);
        if (!isDue(drive)) {
            return false;
        }
        try {
            clean(element, drive);
            return true;
        } catch (VolumeException e) {
            notes.accept(e.what());
            return false;
        }
    }

    /** As {@link #ifDue}, when what was asked for is done already: a robot that fails now will say so at its next move. */
    void afterwards(Element element, TapeDrive drive) throws IOException {
        try {
            ifDue(element, drive);
        } catch (LibraryException e) {
            notes.accept("drive " + drive.name() + " was not cleaned: " + e.what());
        }
    }

    /**
     * Cleans an empty drive now.
     *
     * @throws VolumeException {@link VolumeFault#NO_CLEANING_CARTRIDGE} when none in the library can be used, saying why
     * @throws LibraryException when the robot fails; the use is counted then, too
     */
    public void clean(Element element, TapeDrive drive) throws IOException {
        Set<Barcode> tried = new HashSet<>();
        while (true) {
            Candidate chosen = choose(drive, tried);
            tried.add(chosen.barcode());
            // before it moves: a use that a crash keeps from being counted would be one too many
            log.countUse(chosen.barcode());
            library.move(chosen.barcode(), chosen.slot(), element);
            putBack(chosen, element, drive);
            Set<TapeAlert> said = alerts(drive);
            Optional<TapeAlert> bad = said.stream()
                    .filter(a -> a == TapeAlert.EXPIRED_CLEANING_MEDIA || a == TapeAlert.INVALID_CLEANING_MEDIA)
                    .findFirst();
            if (bad.isEmpty()) {
                log.cleaned(drive.name(), clock.instant());
                notes.accept("drive " + drive.name() + " was cleaned with " + chosen.barcode() + ", use "
                        + log.uses(chosen.barcode()) + " of " + settings.uses());
                return;
            }
            log.retire(chosen.barcode(), bad.get().meaning());
            notes.accept("cleaning cartridge " + chosen.barcode() + " in " + chosen.slot() + " of library "
                    + library.name() + " can't be used: " + bad.get().meaning());
        }
    }

    private record Candidate(Barcode barcode, Element slot, int uses) {}

    /** The one that was used most, so that they are used up one by one. */
    private Candidate choose(TapeDrive drive, Set<Barcode> tried) throws IOException {
        List<Candidate> usable = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (ElementStatus status : library.inventory().of(ElementKind.SE)) {
            Barcode barcode = status.barcode();
            if (!status.full() || barcode == null || !barcode.isCleaning()) {
                continue;
            }
            int uses = log.uses(barcode);
            Optional<String> retired = log.retired(barcode);
            if (retired.isPresent()) {
                others.add(barcode + ": " + retired.get());
            } else if (uses >= settings.uses()) {
                others.add(barcode + " is used up after " + uses + " uses");
            } else if (!tried.contains(barcode)) {
                usable.add(new Candidate(barcode, status.element(), uses));
            }
        }
        return usable.stream()
                .max(Comparator.comparingInt(Candidate::uses))
                .orElseThrow(() -> new VolumeException(
                        VolumeFault.NO_CLEANING_CARTRIDGE,
                        "drive " + drive.name() + " needs cleaning, but library " + library.name()
                                + " has no cleaning cartridge with uses left"
                                + (others.isEmpty() ? "" : " (" + String.join("; ", others) + ")"),
                        "Put a new cleaning cartridge into a slot, and take used ones out."));
    }

    /** The drive lets go of the cartridge when it is done; some have to be told. */
    private void putBack(Candidate chosen, Element element, TapeDrive drive) throws IOException {
        Deadline end = Deadline.after(waiter, settings.longest());
        while (true) {
            try {
                if (drive.state().loaded()) {
                    drive.unload();
                }
                library.move(chosen.barcode(), element, chosen.slot());
                return;
            } catch (LibraryException e) {
                if (!e.is(LibraryFault.NOT_RELEASED)) {
                    throw e;
                }
                if (end.passed()) {
                    throw LibraryFailures.notReleased(
                            library.name(), new io.saddlebag.library.Move(element, chosen.slot()));
                }
            }
            await(end);
        }
    }

    private void await(Deadline end) throws IOException {
        try {
            end.await(LOOK_EVERY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while a drive is cleaned").initCause(e);
        }
    }
}
