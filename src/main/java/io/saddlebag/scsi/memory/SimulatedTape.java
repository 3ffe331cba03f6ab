package io.saddlebag.scsi.memory;

import io.saddlebag.scsi.BlockProtectionPage;
import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiException;
import io.saddlebag.scsi.ScsiFault;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.ScsiTransport;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A tape drive that speaks SSC-3 in memory. Faults are addressed by the n-th command of an operation code; every command
 * that arrives is counted, and every WRITE remembered, so that a test can prove that none came twice. Thread-safe.
 */
public final class SimulatedTape implements ScsiTransport {
    private static final int INQUIRY = 0x12;
    private static final int LOG_SENSE = 0x4d;
    private static final int MODE_SELECT = 0x15;
    private static final int READ = 0x08;
    private static final int WRITE = 0x0a;
    private static final int WRITE_FILEMARKS = 0x10;
    private static final int LOAD = 0x1b;
    private static final int POLLS_UNTIL_READY = 3;

    private final String name;
    private final Set<TapeHabit> habits = EnumSet.noneOf(TapeHabit.class);
    private final Random chance;
    private final TapeDeck deck;
    private final TapePages pages;
    private final UnitAttentions attention = new UnitAttentions();
    private final PlannedFaults faults = new PlannedFaults();
    private final List<String> log = new ArrayList<>();
    private final List<String> writes = new ArrayList<>();
    private final TapeReadying readying = new TapeReadying();
    private final TapeWorks works;
    private boolean closed;
    private boolean cleanerInside;
    private boolean keepsCleaner;
    private TapeSense cleanerSense = TapeSense.of(2, 0x30, 3);

    /** What a drive says of itself while it is cleaned. */
    public enum CleaningWords {
        /** 2/30/03, cleaning cartridge installed. */
        CLEANING_CARTRIDGE,
        /** 2/04/01, in process of becoming ready. */
        BECOMING_READY
    }

    /**
     * How a cleaning goes.
     *
     * @param keeps until the drive is told to unload
     */
    public record Cleaner(Duration time, CleaningWords words, boolean keeps) {}

    public SimulatedTape(String name, long seed, Set<TapeHabit> habits) {
        this.name = name;
        this.habits.addAll(habits);
        this.chance = new Random(seed * 0x9E37_79B9_7F4A_7C15L + 0x632B_E5AB);
        this.deck = new TapeDeck(this.habits, chance);
        this.pages = new TapePages("SIM" + name, this.habits);
        this.works = new TapeWorks(this.habits, deck, pages, readying, attention);
    }

    /** The fault hits the n-th command, from 1, with this operation code. */
    public synchronized SimulatedTape at(int operation, int n, TapeFaultKind fault) {
        faults.at(operation, n, fault);
        return this;
    }

    /** The fault hits so many of the next commands with this operation code. */
    public synchronized SimulatedTape nextOf(int operation, int commands, TapeFaultKind fault) {
        for (int i = 1; i <= commands; i++) {
            at(operation, count(operation) + i, fault);
        }
        return this;
    }

    /** The fault hits the next command with this operation code. */
    public synchronized SimulatedTape next(int operation, TapeFaultKind fault) {
        return at(operation, count(operation) + 1, fault);
    }

    /** So many commands after a LOAD are answered with becoming ready. */
    public synchronized SimulatedTape slowLoads(int polls) {
        readying.slowLoads(polls);
        return this;
    }

    /** Of this generation, instead of an LTO-6 that takes any cartridge. */
    public synchronized SimulatedTape lto(LtoGeneration generation) {
        pages.generation(generation);
        return this;
    }

    /** A new LTO-9 cartridge takes so long when it comes in for the first time. */
    public synchronized SimulatedTape measures(Duration time, LongSupplier nanos) {
        readying.measures(time, nanos);
        return this;
    }

    /** A new LTO-9 cartridge is drawn in at once, and measured. */
    public synchronized SimulatedTape insert(SimulatedCartridge cartridge) {
        deck.insert(cartridge);
        if (pages.canUse(cartridge) && readying.measure(cartridge)) {
            deck.load();
            attention.toAll(TapeSense.of(6, 0x28, 0));
        }
        return this;
    }

    /** A cleaning cartridge comes in, and is held until the drive is done with it. */
    public synchronized void clean(Cleaner cleaner, LongSupplier nanos) {
        readying.cleans(cleaner.time(), nanos);
        cleanerSense =
                cleaner.words() == CleaningWords.CLEANING_CARTRIDGE ? TapeSense.of(2, 0x30, 3) : TapeSense.of(2, 4, 1);
        keepsCleaner = cleaner.keeps();
        cleanerInside = true;
        attention.toAll(TapeSense.of(6, 0x28, 0));
    }

    /** The robot takes the cleaning cartridge. */
    public synchronized void removeCleaner() {
        if (holdsCleaner()) {
            throw new IllegalStateException("the drive cleans itself");
        }
        cleanerInside = false;
    }

    public synchronized boolean hasCleaner() {
        return cleanerInside;
    }

    private boolean holdsCleaner() {
        return cleanerInside && (keepsCleaner || readying.isCleaning());
    }

    public synchronized SimulatedCartridge remove() {
        return deck.remove();
    }

    public synchronized Optional<SimulatedCartridge> cartridge() {
        return Optional.ofNullable(deck.inside());
    }

    /** Somebody exchanges the cartridge; the drive loads the new one by itself, and says so. */
    public synchronized void exchange(SimulatedCartridge other) {
        deck.unload();
        deck.remove();
        deck.insert(other);
        deck.load();
        attention.toAll(TapeSense.of(6, 0x28, 0));
    }

    /**
     * Somebody presses its eject button.
     *
     * @return whether it let go of its cartridge
     */
    public synchronized boolean pressEject() {
        if (deck.isLocked() || !deck.isLoaded()) {
            return false;
        }
        deck.unload();
        return true;
    }

    /** The drive loses its power, and comes back with the cartridge not loaded. A closed transport is open again. */
    public synchronized void powerLoss() {
        deck.reset(false);
        pages.forgetSettings();
        attention.onlyReset();
        closed = false;
    }

    /** Somebody resets the drive: the tape goes to its beginning, what was in the buffer is lost, and the drive says so. */
    public synchronized void reset() {
        deck.reset(true);
        pages.forgetSettings();
        attention.toAll(TapeSense.of(6, 0x29, 0));
    }

    public synchronized void alert(int flag) {
        pages.alert(flag);
    }

    /** How many commands with this operation code arrived, whatever became of them. */
    public synchronized int count(int operation) {
        return faults.count(operation);
    }

    /** The name of each command that arrived. */
    public synchronized List<String> log() {
        return List.copyOf(log);
    }

    /** What each WRITE was to write that the drive did not refuse with a status alone. */
    public synchronized List<String> writes() {
        return List.copyOf(writes);
    }

    public synchronized List<TapeFaultKind> struck() {
        return faults.struck();
    }

    /** Where the tape really stands. */
    public synchronized int position() {
        return deck.position();
    }

    /** Whether it holds its cartridge. */
    public synchronized boolean isLoaded() {
        return deck.holds() || holdsCleaner();
    }

    public synchronized int blockBytes() {
        return pages.blockBytes();
    }

    public synchronized int density() {
        return pages.density(deck);
    }

    public synchronized boolean isCompressing() {
        return pages.isCompressing();
    }

    /** How blocks travel now. */
    public synchronized BlockProtectionPage protection() {
        return pages.protection().settings();
    }

    /** Another host, or a process that died, left it so; what other hosts do, nobody is told. */
    public synchronized void leaveProtection(BlockProtectionPage left) {
        pages.protection().settings(left);
    }

    public synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int longestTransferBytes() {
        return 16 << 20;
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    /** The way of another initiator: it hears for itself what happened to the drive. Closing it does nothing. */
    public synchronized ScsiTransport session() {
        return new TapeSession(this, attention.register());
    }

    @Override
    public ScsiReply execute(ScsiCommand command) throws ScsiException {
        return execute(command, 0);
    }

    synchronized ScsiReply execute(ScsiCommand command, int initiator) throws ScsiException {
        attention.from(initiator);
        if (closed) {
            throw new IllegalStateException("transport " + name + " is closed");
        }
        if (command.transferBytes() > longestTransferBytes()) {
            throw new IllegalArgumentException(command.name() + " transfers " + command.transferBytes() + " bytes");
        }
        int operation = command.cdb().operation();
        TapeFaultKind fault = faults.arrived(operation);
        if (fault == TapeFaultKind.NO_DEVICE) {
            throw new ScsiException(ScsiFault.NO_DEVICE, "there is no device " + name, "Plug it in.");
        }
        log.add(command.name());
        ScsiReply refusal = fault == null ? null : status(fault);
        if (refusal != null) {
            return refusal;
        }
        if (operation == WRITE) {
            writes.add(StandardCharsets.ISO_8859_1
                    .decode(pages.protection().block(data(command)))
                    .toString());
        }
        return answer(command, fault);
    }

    private ScsiReply answer(ScsiCommand command, @Nullable TapeFaultKind fault) throws ScsiException {
        if (fault != null) {
            disturb(command, fault);
            if (fault.isLostAnswer()) {
                throw lost(command, fault);
            }
        }
        TapeAnswer answer = early(command, fault);
        if (answer == null) {
            boolean done = (fault != TapeFaultKind.HARDWARE_ERROR && fault != TapeFaultKind.NO_SENSE_DATA)
                    || chance.nextBoolean();
            answer = done ? carryOut(command, fault) : TapeAnswer.GOOD;
            if (fault == TapeFaultKind.NO_SENSE_DATA) {
                return ScsiReply.of(ScsiReply.CHECK_CONDITION, 0, new byte[0]);
            }
            if (fault == TapeFaultKind.HARDWARE_ERROR) {
                answer = TapeAnswer.check(TapeSense.of(4, 0x44, 0));
            }
            answer = TapeAnswers.changed(answer, fault);
        }
        return answer.reply(habits.contains(TapeHabit.DESCRIPTOR_SENSE));
    }

    private TapeAnswer carryOut(ScsiCommand command, @Nullable TapeFaultKind fault) {
        int operation = command.cdb().operation();
        if (fault == TapeFaultKind.IGNORED_SETTINGS && operation == MODE_SELECT) {
            return TapeAnswer.good(command.transferBytes());
        }
        boolean flips = fault == TapeFaultKind.FLIPPED_BIT;
        if (flips && operation == WRITE && pages.protection().bytesOnWrite() > 0) {
            return works.carryOut(flipped(command), false);
        }
        TapeAnswer answer = works.carryOut(command, fault == TapeFaultKind.MEDIUM_ERROR);
        if (flips && operation == READ && pages.protection().bytesOnRead() > 0 && answer.transferredBytes() > 0) {
            flip(data(command), answer.transferredBytes());
        }
        return answer;
    }

    private ScsiCommand flipped(ScsiCommand command) {
        ByteBuffer there = ByteBuffer.allocate(command.transferBytes());
        there.put(data(command).duplicate()).flip();
        flip(there, there.remaining());
        return new ScsiCommand(command.name(), command.cdb(), command.direction(), there, command.timeout());
    }

    private void flip(ByteBuffer data, int bytes) {
        int at = data.position() + chance.nextInt(bytes);
        data.put(at, (byte) (data.get(at) ^ (1 << chance.nextInt(Byte.SIZE))));
    }

    private static @Nullable ScsiReply status(TapeFaultKind fault) {
        return switch (fault) {
            case BUSY -> ScsiReply.of(ScsiReply.BUSY, 0, new byte[0]);
            case TASK_SET_FULL -> ScsiReply.of(ScsiReply.TASK_SET_FULL, 0, new byte[0]);
            case RESERVED -> ScsiReply.of(ScsiReply.RESERVATION_CONFLICT, 0, new byte[0]);
            default -> null;
        };
    }

    /** What happens to the drive before it looks at the command. */
    private void disturb(ScsiCommand command, TapeFaultKind fault) {
        switch (fault) {
            case RESET -> reset();
            case MEDIUM_CHANGED -> {
                deck.rewind();
                attention.toAll(TapeSense.of(6, 0x28, 0));
            }
            case SETTINGS_CHANGED -> {
                pages.forgetSettings();
                attention.toAll(TapeSense.of(6, 0x2a, 1));
            }
            case BECOMING_READY -> readying.busyFor(POLLS_UNTIL_READY);
            case DEFERRED_ERROR -> deck.dropBuffer();
            case EARLY_WARNING -> onLoaded(deck::warnHere);
            case HARD_END -> onLoaded(deck::endHere);
            case CLEANING_REQUESTED -> pages.alert(20);
            case TIMED_OUT_CARRIED_OUT, CONNECTION_LOST_CARRIED_OUT -> {
                if (early(command, null) == null) {
                    works.carryOut(command, false);
                }
            }
            default -> {
                // does nothing beforehand
            }
        }
    }

    private void onLoaded(Runnable change) {
        if (deck.isLoaded()) {
            change.run();
        }
    }

    private ScsiException lost(ScsiCommand command, TapeFaultKind fault) {
        if (fault.isTimeOut()) {
            return new ScsiException(ScsiFault.TIMED_OUT, command.name() + " timed out", "Wait.");
        }
        attention.toSpeaking(TapeSense.of(6, 0x29, 7));
        return new ScsiException(ScsiFault.CONNECTION_LOST, "the connection to " + name + " was lost", "Check it.");
    }

    /** What is said without looking at the command; null when it is carried out. */
    private @Nullable TapeAnswer early(ScsiCommand command, @Nullable TapeFaultKind fault) {
        int operation = command.cdb().operation();
        if (operation == INQUIRY) {
            return null;
        }
        TapeSense news = attention.next();
        if (news != null) {
            return TapeAnswer.check(news);
        }
        if (fault == TapeFaultKind.DEFERRED_ERROR) {
            return TapeAnswer.check(TapeSense.of(3, 0x0c, 0).asDeferred());
        }
        if (fault == TapeFaultKind.ABORTED) {
            return TapeAnswer.check(TapeSense.of(0xb, 0, 0));
        }
        if (fault == TapeFaultKind.WRITE_PROTECTED) {
            return TapeAnswer.check(TapeSense.of(7, 0x27, 0));
        }
        if (fault == TapeFaultKind.MEDIUM_ERROR && operation != READ) {
            return TapeAnswer.check(
                    TapeSense.of(3, operation == WRITE || operation == WRITE_FILEMARKS ? 0x0c : 0x11, 0));
        }
        if (operation == LOG_SENSE) {
            return null;
        }
        if (holdsCleaner()) {
            boolean told = operation == LOAD && (command.cdb().toBytes()[4] & 1) == 0 && !readying.isCleaning();
            keepsCleaner = keepsCleaner && !told;
            return told ? TapeAnswer.GOOD : TapeAnswer.check(cleanerSense);
        }
        return readying.isBusy() ? TapeAnswer.check(TapeSense.of(2, 4, 1)) : null;
    }

    private static ByteBuffer data(ScsiCommand command) {
        ByteBuffer data = command.data();
        if (data == null) {
            throw new IllegalArgumentException(command.name() + " without data");
        }
        return data;
    }
}
