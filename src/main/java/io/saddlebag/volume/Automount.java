package io.saddlebag.volume;

import io.saddlebag.library.Barcode;
import io.saddlebag.library.Element;
import io.saddlebag.library.ElementKind;
import io.saddlebag.library.ElementStatus;
import io.saddlebag.library.Library;
import io.saddlebag.library.LibraryException;
import io.saddlebag.library.LibraryFault;
import io.saddlebag.media.Cartridge;
import io.saddlebag.media.Decision;
import io.saddlebag.media.Volume;
import io.saddlebag.tape.TapeException;
import io.saddlebag.tape.TapeFault;
import io.saddlebag.tapeoption.MediaLoader;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds a volume to write on, brings it into a drive, and makes sure that it is the right one (M15, M16). */
final class Automount {
    /** One need doesn't look at the library more often than this. */
    static final int MOST_LOOKS = 10_000;
    /** So often somebody may move cartridges while we work. */
    static final int MOST_CHANGES = 5;

    private final Library library;
    private final VolumeRegister register;
    private final Clearance clearance;
    private final Attendants attendants;
    private final Clock clock;
    private final DriveLoader loader;

    Automount(Library library, VolumeRegister register, Dependents dependents, Attendants attendants, Clock clock) {
        this.library = library;
        this.register = register;
        this.clearance = new Clearance(register, dependents);
        this.attendants = attendants;
        this.clock = clock;
        this.loader = new DriveLoader(library, attendants.notes());
    }

    /**
     * Asks the operator until the library holds something that may do.
     *
     * @return the best of it
     * @throws IOException when the operator declines
     */
    Decision awaitCandidate(Need need) throws IOException, InterruptedException {
        for (int look = 0; look < MOST_LOOKS; look++) {
            List<Decision> decisions = decide(need, Set.of());
            Optional<Decision> best =
                    decisions.stream().filter(d -> d.use() != Decision.Use.NONE).findFirst();
            if (best.isPresent()) {
                return best.get();
            }
            attendants.operator().needVolume(reasons(need, decisions));
        }
        throw gaveUp(need.toString());
    }

    /**
     * Mounts an eligible volume, its position before its end-of-data label.
     *
     * @param held a drive that the caller has; when another is returned, it was given back
     */
    MountedVolume forWriting(Need need, Library.@Nullable Reservation held) throws IOException, InterruptedException {
        Candidates candidates = new Candidates(register, clearance, attendants, clock, need);
        Set<String> tried = new HashSet<>();
        int changes = 0;
        for (int look = 0; look < MOST_LOOKS; look++) {
            List<Decision> decisions = decide(need, tried);
            Decision best = candidates.bestOf(decisions);
            if (best == null && candidates.settleForBlank()) {
                beginAnew(tried, candidates);
                continue;
            }
            if (best == null) {
                ask(reasons(need, decisions), candidates);
                beginAnew(tried, candidates);
                continue;
            }
            tried.add(key(best.cartridge()));
            try {
                MountedVolume mounted = attempt(best, candidates, need, held);
                if (mounted != null) {
                    return mounted;
                }
            } catch (LibraryException e) {
                if (!wasMovedByOthers(e) || ++changes > MOST_CHANGES) {
                    throw e;
                }
                attendants.notes().accept(e.what());
                library.scan();
                beginAnew(tried, candidates);
            }
        }
        throw gaveUp(need.toString());
    }

    private static void beginAnew(Set<String> tried, Candidates candidates) {
        tried.clear();
        tried.addAll(candidates.refused());
    }

    private void ask(String what, Candidates candidates) throws IOException, InterruptedException {
        boolean answered = false;
        try {
            attendants.operator().needVolume(what);
            answered = true;
        } finally {
            if (!answered) {
                candidates.giveUp();
            }
        }
    }

    static boolean wasMovedByOthers(LibraryException e) {
        return e.is(LibraryFault.INVENTORY_CHANGED)
                || e.is(LibraryFault.SOURCE_EMPTY)
                || e.is(LibraryFault.DESTINATION_FULL);
    }

    static VolumeException gaveUp(String what) {
        return new VolumeException(
                VolumeFault.NO_VOLUME,
                "looked " + MOST_LOOKS + " times for " + what,
                "Put a usable cartridge into the library, and repeat the job.");
    }

    private @Nullable MountedVolume attempt(
            Decision best, Candidates candidates, Need need, Library.@Nullable Reservation held)
            throws IOException, InterruptedException {
        Element own = need.drive();
        Decision decision = best;
        Library.Reservation reservation;
        try {
            if (own != null && isInAnotherDrive(best.cartridge(), own)) {
                decision = outOfItsDrive(best);
            }
            reservation = own == null ? loader.reserveFor(decision.cartridge().at(), held) : loader.reserve(own, held);
        } catch (VolumeException e) {
            boolean cartridgesOwn = decision.cartridge().at().kind() == ElementKind.DTE
                    && !decision.cartridge().at().equals(own);
            if (!e.is(VolumeFault.NO_DRIVE_FREE) || !cartridgesOwn) {
                throw e;
            }
            attendants.notes().accept(decision.cartridge() + " is used by somebody else");
            return null;
        }
        MountedVolume mounted = null;
        try {
            Cartridge chosen = decision.cartridge();
            loader.load(chosen.at(), chosen.barcode(), reservation);
            requireSameVolume(decision);
            mounted = candidates.check(decision, reservation);
        } catch (TapeException e) {
            if (!isOfTheCartridge(e, decision)) {
                throw e;
            }
            attendants.notes().accept(decision.cartridge() + " can't be used: " + e.what());
        } finally {
            if (mounted == null && reservation != held) {
                reservation.close();
            }
        }
        if (mounted != null && held != null && reservation != held) {
            held.close();
        }
        return mounted;
    }

    private static boolean isInAnotherDrive(Cartridge cartridge, Element own) {
        return cartridge.at().kind() == ElementKind.DTE && !cartridge.at().equals(own);
    }

    /** A drive was named (M28): what another one holds, and nobody uses, gets there by way of a slot. */
    private Decision outOfItsDrive(Decision decision) throws IOException {
        Cartridge cartridge = decision.cartridge();
        try (Library.Reservation other = loader.reserve(cartridge.at(), null)) {
            Element now = loader.sendBack(other).orElse(cartridge.at());
            return new Decision(
                    new Cartridge(now, cartridge.barcode(), cartridge.obstacle()),
                    decision.volume(),
                    decision.reason(),
                    decision.holds());
        }
    }

    /** One for cleaning, without a barcode that says so, is gone again before it was ready. */
    private static boolean isOfTheCartridge(TapeException e, Decision decision) {
        return e.is(TapeFault.UNUSABLE_MEDIUM) || (e.is(TapeFault.NO_MEDIUM) && decision.volume() == null);
    }

    /** From now on the cartridge is ours alone; another job may have written it since it was chosen. */
    private void requireSameVolume(Decision decision) throws IOException {
        Barcode barcode = decision.cartridge().barcode();
        Volume now = barcode == null ? null : register.find(barcode).orElse(null);
        if (barcode != null && !Objects.equals(now, decision.volume())) {
            throw new LibraryException(
                    LibraryFault.INVENTORY_CHANGED,
                    decision.cartridge() + " was written by another job since it was chosen",
                    "Repeat the job.");
        }
    }

    private List<Decision> decide(Need need, Set<String> tried) throws IOException {
        loader.freeTheHand();
        List<Cartridge> cartridges = new ArrayList<>();
        for (ElementStatus status : library.inventory().elements()) {
            boolean canBeUsed = status.element().kind() != ElementKind.MTE
                    && (status.element().kind() != ElementKind.DTE
                            || library.drives().containsKey(status.element()));
            if (status.full() && canBeUsed) {
                Cartridge plain = new Cartridge(status.element(), status.barcode(), null);
                Cartridge.Obstacle obstacle =
                        tried.contains(key(plain)) ? Cartridge.Obstacle.TRIED_IN_VAIN : obstacle(status, need);
                cartridges.add(new Cartridge(plain.at(), plain.barcode(), obstacle));
            }
        }
        List<Decision> decisions = clearance.decide(cartridges, need.wish(clock.instant()));
        return need.drive() == null || need.expected() != null ? decisions : ownFirst(decisions, need.drive());
    }

    /** Of those that are as good as the best: what is in the drive that was named, and what is in another one last. */
    private static List<Decision> ownFirst(List<Decision> decisions, Element own) {
        Decision.Use best =
                decisions.isEmpty() ? Decision.Use.NONE : decisions.get(0).use();
        List<Decision> sorted = new ArrayList<>(decisions);
        sorted.sort(Comparator.comparing((Decision each) -> each.use() != best)
                .thenComparing(each ->
                        best != Decision.Use.NONE && !each.cartridge().at().equals(own))
                .thenComparing(each -> best != Decision.Use.NONE && isInAnotherDrive(each.cartridge(), own)));
        return sorted;
    }

    private static Cartridge.@Nullable Obstacle obstacle(ElementStatus status, Need need) {
        if (status.element().kind() == ElementKind.IEE) {
            return Cartridge.Obstacle.IN_MAIL_SLOT;
        }
        boolean byHand = need.options().mediaLoader() == MediaLoader.ABSENT;
        Element own = need.drive();
        if (byHand
                && own != null
                && status.element().kind() == ElementKind.DTE
                && !status.element().equals(own)) {
            return Cartridge.Obstacle.IN_ANOTHER_DRIVE;
        }
        return byHand && status.element().kind() != ElementKind.DTE ? Cartridge.Obstacle.NO_LOADER : null;
    }

    private static String reasons(Need need, List<Decision> decisions) {
        String each = decisions.stream().map(Decision::toString).collect(Collectors.joining("; "));
        return need + (each.isEmpty() ? ": the library is empty" : ": " + each);
    }

    /** A cartridge without a barcode is known by its place, and looked at again when it moved. */
    static String key(Cartridge cartridge) {
        return cartridge.barcode() == null
                ? cartridge.at().toString()
                : "barcode " + cartridge.barcode().value();
    }
}
