package io.saddlebag.volume;

import io.saddlebag.library.Element;
import io.saddlebag.library.ElementKind;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.library.Inventory;
import io.saddlebag.library.Library;
import io.saddlebag.tape.TapeAlert;
import io.saddlebag.tape.TapeDrive;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells what has happened in a library since it was asked last. It asks the robot, never a drive: a drive may be busy with
 * somebody's backup. What drives want to be known is heard when jobs of this node ask them, at each load and unload.
 * Thread-safe.
 */
public final class LibraryWatch implements Closeable {
    /** Alerts that nobody fetches are forgotten beyond this; the oldest go first. */
    private static final int MOST_ALERTS = 1000;

    private final Library library;
    private final Cleaning cleaning;
    private final List<LibraryEvent> alerts = new ArrayList<>();
    private final Set<Element> waitForCleaning = new HashSet<>();
    private @Nullable Inventory before;
    private final Cleaning.AlertListener ears = this::heard;
    private boolean doorOpen;

    /** Begins to watch; what was so before is no event, but for a door that is open. */
    public LibraryWatch(Library library, Cleaning cleaning) {
        this.library = library;
        this.cleaning = cleaning;
        cleaning.listen(ears);
    }

    /** Events since the last call, in the order in which they should be told; the first call only looks. */
    public synchronized List<LibraryEvent> poll() throws IOException {
        List<LibraryEvent> events = new ArrayList<>();
        boolean open = library.isDoorOpen();
        if (open != doorOpen) {
            doorOpen = open;
            events.add(event(
                    open ? LibraryEvent.Kind.DOOR_OPENED : LibraryEvent.Kind.DOOR_CLOSED,
                    null,
                    "the door is " + (open ? "open" : "closed")));
        }
        if (!open) {
            Inventory now = library.inventory();
            Inventory then = before;
            if (then != null && now.generation() != then.generation()) {
                compare(then, now, events);
            }
            before = now;
        }
        cleaning(events);
        events.addAll(alerts);
        alerts.clear();
        return events;
    }

    @Override
    public void close() {
        cleaning.forget(ears);
    }

    private synchronized void heard(TapeDrive drive, TapeAlert alert) {
        if (alerts.size() == MOST_ALERTS) {
            alerts.remove(0);
        }
        Element element = library.drives().entrySet().stream()
                .filter(each -> each.getValue().name().equals(drive.name()))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
        alerts.add(event(LibraryEvent.Kind.TAPE_ALERT, element, "drive " + drive.name() + ": " + alert.meaning()));
    }

    private void compare(Inventory then, Inventory now, List<LibraryEvent> events) {
        List<String> changes = new ArrayList<>();
        for (ElementStatus status : now.elements()) {
            ElementStatus was = then.at(status.element()).orElseGet(() -> ElementStatus.empty(status.element()));
            if (was.full() == status.full() && Objects.equals(was.barcode(), status.barcode())) {
                continue;
            }
            changes.add(status.element() + " " + content(status));
            // what the robot brought there has a place that it came from
            if (status.element().kind() == ElementKind.IEE && status.full() && status.cameFrom() == null) {
                events.add(event(
                        LibraryEvent.Kind.IMPORT,
                        status.element(),
                        "a cartridge was put into " + status.element() + ": " + content(status)));
            }
        }
        if (!changes.isEmpty()) {
            events.add(event(LibraryEvent.Kind.INVENTORY_CHANGED, null, String.join(", ", changes)));
        }
    }

    private void cleaning(List<LibraryEvent> events) throws IOException {
        for (Map.Entry<Element, TapeDrive> each : library.drives().entrySet()) {
            boolean due = cleaning.isDue(each.getValue());
            if (due && waitForCleaning.add(each.getKey())) {
                events.add(event(
                        LibraryEvent.Kind.CLEANING_NEEDED,
                        each.getKey(),
                        "drive " + each.getValue().name() + " needs cleaning"));
            } else if (!due) {
                waitForCleaning.remove(each.getKey());
            }
        }
    }

    private LibraryEvent event(LibraryEvent.Kind kind, @Nullable Element element, String text) {
        return new LibraryEvent(kind, library.name(), element, text);
    }

    private static String content(ElementStatus status) {
        return !status.full()
                ? "empty"
                : status.barcode() == null
                        ? "a cartridge without barcode"
                        : status.barcode().value();
    }
}
