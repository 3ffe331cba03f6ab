package io.saddlebag.volume;

import io.saddlebag.host.Deadline;
import io.saddlebag.host.Waiter;
import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.ElementKind;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.library.Inventory;
import io.saddlebag.library.Library;
import io.saddlebag.library.LibraryException;
import io.saddlebag.library.LibraryFault;
import io.saddlebag.tape.MediumPresence;
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
    /** Nothing was moved, and later it may. */
    private static final Set<LibraryFault> REFUSALS = Set.of(
            LibraryFault.NOT_RELEASED,
            LibraryFault.NO_SUCH_ELEMENT,
            LibraryFault.SOURCE_EMPTY,
            LibraryFault.DESTINATION_FULL,
            LibraryFault.DOOR_OPEN,
            LibraryFault.LOCKED,
            LibraryFault.IN_USE);

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
     * @throws VolumeException {@link VolumeFault#CLEANING_NOT_ENDED}: nothing else can be loaded then
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
            if (!e.is(VolumeFault.NO_CLEANING_CARTRIDGE)) {
                throw e;
            }
            notes.accept(e.what());
            return false;
        }
    }

    /** As {@link #ifDue}, when what was asked for is done already: a robot that fails now will say so at its next move. */
    void afterwards(Element element, TapeDrive drive) throws IOException {
        try {
            ifDue(element, drive);
        } catch (LibraryException | VolumeException e) {
            notes.accept("drive " + drive.name() + " was not cleaned: " + e.what());
        }
    }

    /**
     * Cleans an empty drive now.
     *
     * @throws VolumeException {@link VolumeFault#NO_CLEANING_CARTRIDGE} when none in the library can be used, saying why;
     *     {@link VolumeFault#CLEANING_NOT_ENDED} when the drive keeps the cartridge
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
                // asked for again at once, it is no dirt: another cartridge would be wasted on it
                if (said.stream().anyMatch(TapeAlert::asksForCleaning)) {
                    notes.accept("drive " + drive.name()
                            + " asks for cleaning again right after it was cleaned; have it" + " looked at");
                }
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

    /**
     * Waits until the drive is done and puts the cartridge back. Whether it is done, the drive and the elements tell; how a
     * robot words that it can't have the cartridge yet is another matter with every maker.
     */
    private void putBack(Candidate chosen, Element element, TapeDrive drive) throws IOException {
        Deadline end = Deadline.after(waiter, settings.longest());
        Deadline tell = Deadline.after(waiter, settings.longest().dividedBy(2));
        while (true) {
            Inventory now = library.inventory();
            if (!holds(now, element, chosen)) {
                notes.accept("cleaning cartridge " + chosen.barcode() + " was taken out of drive " + drive.name()
                        + " by somebody else");
                return;
            }
            String why = letsGo(drive, tell);
            if (why.isEmpty()) {
                Element home = home(now, chosen);
                try {
                    library.move(chosen.barcode(), element, home);
                    return;
                } catch (LibraryException e) {
                    if (REFUSALS.stream().noneMatch(e::is)) {
                        throw e;
                    }
                    why = e.what();
                }
            }
            if (end.passed()) {
                throw new VolumeException(
                        VolumeFault.CLEANING_NOT_ENDED,
                        "drive " + drive.name() + " has cleaning cartridge " + chosen.barcode() + " in it after "
                                + settings.longest().toMinutes() + " minutes: " + why,
                        "Look at the drive's display. When it is done, 'saddlebag library " + library.name()
                                + " unloadvol " + element + " " + chosen.slot() + "' puts the cartridge back.");
            }
            await(end);
        }
    }

    /** A cartridge without a barcode in a drive is the one that was brought there. */
    private static boolean holds(Inventory now, Element element, Candidate chosen) {
        return now.at(element)
                .filter(ElementStatus::full)
                .map(ElementStatus::barcode)
                .map(chosen.barcode()::equals)
                .orElseGet(() -> now.at(element).map(ElementStatus::full).orElse(false));
    }

    /** Its slot may have been filled meanwhile. */
    private static Element home(Inventory now, Candidate chosen) {
        boolean free = now.at(chosen.slot()).map(each -> !each.full()).orElse(false);
        return free
                ? chosen.slot()
                : now.firstEmpty(ElementKind.SE).map(ElementStatus::element).orElse(chosen.slot());
    }

    /**
     * Most drives let go by themselves, some have to be told: not before they had their time.
     *
     * @return why the robot need not try yet, for people; empty when it may
     */
    private String letsGo(TapeDrive drive, Deadline tell) throws IOException {
        try {
            MediumPresence presence = drive.presence();
            if (presence == MediumPresence.WORKING || (presence == MediumPresence.UNUSABLE && !tell.passed())) {
                return "the drive is still at work";
            }
            if (presence != MediumPresence.NONE) {
                drive.unload();
            }
            return "";
        } catch (TapeException e) {
            // a drive that is broken may have let go all the same: the robot finds out
            return tell.passed() ? "" : e.what();
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
