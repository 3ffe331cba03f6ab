package io.saddlebag.operator;

import io.saddlebag.fault.BackupException;
import io.saddlebag.job.JobRun;
import io.saddlebag.job.OperatorRequest;
import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.ElementKind;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.library.Inventory;
import io.saddlebag.library.Library;
import io.saddlebag.library.LibraryException;
import io.saddlebag.library.LibraryFault;
import io.saddlebag.volume.VolumeException;
import io.saddlebag.volume.VolumeFault;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Has cartridges carried by an operator's hand, through the door or the mail slots, and believes only what the robot sees when
 * it looks at every element. Who comes after the fact is asked nothing. One job uses it, on one thread.
 */
final class HandCarrier implements Carrier {
    private final JobRun job;
    private final Library library;
    private final OperatorRequest.@Nullable Audience audience;
    private final Patience patience;
    private boolean looked;

    /** @param audience null when nobody may be asked */
    HandCarrier(JobRun job, Library library, OperatorRequest.@Nullable Audience audience, Patience patience) {
        this.job = job;
        this.library = library;
        this.audience = audience;
        this.patience = patience;
    }

    @Override
    public void insert(Barcode barcode, Element element) throws IOException, InterruptedException {
        requireReachable(element);
        look();
        while (!isIn(barcode, element)) {
            ask(
                    "put cartridge " + barcode + " into " + element + " of library " + library.name(),
                    "cartridge " + barcode + " is not in " + element + " of library " + library.name(),
                    () -> at(element).full());
        }
    }

    /** @throws LibraryException when it is elsewhere, or something else is there */
    private boolean isIn(Barcode barcode, Element element) throws IOException {
        Inventory inventory = library.inventory();
        Optional<ElementStatus> elsewhere =
                inventory.find(barcode).filter(found -> !found.element().equals(element));
        if (elsewhere.isPresent()) {
            throw new LibraryException(
                    LibraryFault.BARCODE_IN_USE,
                    "can't put cartridge " + barcode + " into " + element + " of library " + library.name()
                            + ": it is in " + elsewhere.get().element(),
                    "Move it with movevol.");
        }
        ElementStatus there = at(element);
        if (!there.full()) {
            return false;
        }
        Barcode found = there.barcode();
        if (found == null) {
            job.warn("the barcode of the cartridge in " + element + " of library " + library.name()
                    + " can't be read: it is taken for " + barcode);
        } else if (!found.equals(barcode)) {
            throw new LibraryException(
                    LibraryFault.DESTINATION_FULL,
                    "can't put cartridge " + barcode + " into " + element + " of library " + library.name() + ": "
                            + element + " holds cartridge " + found,
                    "Name an empty element, or take that cartridge out first.");
        }
        return true;
    }

    @Override
    public Optional<Barcode> extract(Element element) throws IOException, InterruptedException {
        requireReachable(element);
        ElementStatus before = at(element);
        if (!before.full()) {
            throw new LibraryException(
                    LibraryFault.SOURCE_EMPTY,
                    "can't take a cartridge out of " + element + " of library " + library.name() + ": " + element
                            + " is empty",
                    "Look at the inventory; use inventory --force if somebody reached in.");
        }
        look();
        while (isStillIn(before, element)) {
            ask(
                    "take " + named(before) + " out of " + element + " of library " + library.name(),
                    named(before) + " is still in " + element + " of library " + library.name(),
                    () -> !isStillIn(before, element));
        }
        return Optional.ofNullable(before.barcode());
    }

    private boolean isStillIn(ElementStatus before, Element element) throws IOException {
        ElementStatus now = at(element);
        return now.full()
                && (before.barcode() == null
                        || now.barcode() == null
                        || before.barcode().equals(now.barcode()));
    }

    private static String named(ElementStatus status) {
        return status.barcode() == null ? "the cartridge" : "cartridge " + status.barcode();
    }

    private void ask(String wanted, String otherwise, Wait.Event event) throws IOException, InterruptedException {
        OperatorRequest.Audience whom = audience;
        if (whom == null) {
            throw notCarried(otherwise + ", and with prompt=automatic there is nobody here to ask");
        }
        if (patience.end().passed()) {
            throw notCarried(otherwise + (patience.length().isZero() ? "" : " after " + patience.length()));
        }
        Wait wait = new Wait(job, patience, () -> {});
        Wait.Outcome outcome = wait.ask(
                new OperatorRequest.Question(
                        OperatorRequest.Kind.CARTRIDGE, whom, wanted + ", within " + wait.timeLeft()),
                event);
        if (outcome.end() == Wait.End.ABORTED) {
            throw new VolumeException(
                    VolumeFault.DECLINED, outcome.by() + " declined to " + wanted, "Repeat it when it can be done.");
        }
        looked = false;
        look();
    }

    private static BackupException notCarried(String what) {
        return new BackupException(
                OperatorFault.NOT_CARRIED, what, "Open the door or use the mail slots, carry it, and repeat this.");
    }

    /** Once for all that is carried, and again after each answer: a robot may take minutes for it. */
    private void look() throws IOException {
        if (looked) {
            return;
        }
        try {
            library.scan();
            looked = true;
        } catch (LibraryException e) {
            // an open door, say: what is asked for next can't have been done yet
            job.output("library " + library.name() + " could not look into all elements: " + e.what());
        }
    }

    private ElementStatus at(Element element) throws IOException {
        Inventory inventory = library.inventory();
        return inventory
                .at(element)
                .orElseThrow(() -> new LibraryException(
                        LibraryFault.NO_SUCH_ELEMENT,
                        "library " + library.name() + " has no element " + element,
                        "Valid are: "
                                + inventory.elements().stream()
                                        .map(ElementStatus::element)
                                        .toList() + "."));
    }

    private void requireReachable(Element element) throws IOException {
        at(element);
        if (element.kind() != ElementKind.SE && element.kind() != ElementKind.IEE) {
            throw new LibraryException(
                    LibraryFault.NO_SUCH_ELEMENT,
                    element + " of library " + library.name() + " is no slot and no mail slot",
                    "Name a slot (se) or a mail slot (iee).");
        }
    }
}
