package io.saddlebag.scsi.memory;

import io.saddlebag.scsi.ElementAddresses;
import io.saddlebag.scsi.ElementRange;
import io.saddlebag.scsi.ElementType;
import io.saddlebag.scsi.ScsiCommand;
import io.saddlebag.scsi.ScsiException;
import io.saddlebag.scsi.ScsiFault;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.scsi.ScsiTransport;
import io.saddlebag.scsi.memory.ChangerPlan.Habit;
import io.saddlebag.scsi.memory.Racks.Content;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A media changer that speaks SMC-3 in memory: the faults that whoever uses it has to survive are {@link ChangerFault}, by
 * the number of the command; what real changers do differently are {@link Habit}s. It tells what it remembers, and moves
 * by what is really there. Thread-safe.
 */
public final class SimulatedChanger implements ScsiTransport {
    private static final int LONGEST_TRANSFER = 1 << 20;
    private static final int COMMANDS_UNTIL_READY = 3;

    private final ChangerPlan plan;
    private final ElementAddresses addresses;
    private final Racks racks;
    private final ElementReports reports;
    private final Set<Habit> habits;
    private final Random chance;
    private final Deque<Sense> attention = new ArrayDeque<>();
    private final Map<Long, ChangerFault> faults = new HashMap<>();
    private final List<String> log = new ArrayList<>();
    private final List<ChangerFault> struck = new ArrayList<>();
    private Map<Integer, Content> known;
    private @Nullable Runnable interference;
    private long interfereAt;
    private long commands;
    private int unreadyFor;
    private int strangers;
    private boolean doorOpen;
    private boolean prevented;
    private int refusals;

    SimulatedChanger(ChangerPlan plan) {
        this.plan = plan;
        this.addresses = plan.addresses();
        this.racks = new Racks(addresses);
        this.habits = EnumSet.noneOf(Habit.class);
        habits.addAll(plan.habits);
        this.reports = new ElementReports(plan, habits);
        this.chance = new Random(plan.seed * 0x9E37_79B9_7F4A_7C15L + 0x632B_E5AB);
        for (int i = 0; i < plan.drives.size(); i++) {
            racks.bay(ChangerPlan.FIRST_DRIVE + i, plan.drives.get(i).bay());
        }
        for (int i = 0; i < plan.media.size(); i++) {
            racks.put(ChangerPlan.FIRST_SLOT + i, new Content(plan.media.get(i), null, false));
        }
        this.known = racks.look();
        attention.add(Sense.RESET);
    }

    /** The fault hits the n-th command, from 1. */
    public synchronized SimulatedChanger at(long n, ChangerFault fault) {
        faults.put(n, fault);
        return this;
    }

    /** The fault hits the next command. */
    public synchronized SimulatedChanger next(ChangerFault fault) {
        return at(commands + 1, fault);
    }

    /** Somebody else acts right before the n-th command from now, from 1; what they send isn't counted for that. */
    public synchronized SimulatedChanger before(long n, Runnable others) {
        interference = others;
        interfereAt = commands + n;
        return this;
    }

    /** Nobody acts in between any more. */
    public synchronized void calm() {
        interference = null;
    }

    public synchronized long commands() {
        return commands;
    }

    /** Faults that really hit, in order. */
    public synchronized List<ChangerFault> struck() {
        return List.copyOf(struck);
    }

    /** The moves that were really done, as {@code 1000>500}, and the names of other commands that move something. */
    public synchronized List<String> log() {
        return List.copyOf(log);
    }

    /** How often it was to take what a drive didn't let go of. */
    public synchronized int refusals() {
        return refusals;
    }

    public ElementAddresses addresses() {
        return addresses;
    }

    /** Where a medium really is. */
    public synchronized int placeOf(String medium) {
        return racks.placeOf(medium);
    }

    /** The medium that really is in an element, if any. */
    public synchronized Optional<String> mediumAt(int address) {
        return racks.at(address).map(Content::medium);
    }

    /** Somebody moves a medium; the changer notices. */
    public synchronized void operatorMoves(int from, int to) {
        racks.move(from, to);
        notice(Sense.MEDIUM_CHANGED);
    }

    /** Somebody moves a medium, and nobody notices until the elements are looked at. */
    public synchronized void operatorMovesUnseen(int from, int to) {
        racks.move(from, to);
    }

    /** Somebody puts a medium into an import/export element. */
    public synchronized void operatorPuts(String medium, int mailSlot) {
        racks.put(mailSlot, new Content(medium, null, true));
        notice(Sense.MAIL_SLOT_ACCESSED);
    }

    /** Somebody takes a medium out of the library; the changer notices. */
    public synchronized void operatorTakes(int from) {
        racks.take(from);
        notice(Sense.MEDIUM_CHANGED);
    }

    /** From now on the scanner reads a barcode as another; as none when that is null. */
    public synchronized void misread(String medium, @Nullable String read) {
        reports.misread(medium, read);
        notice(Sense.MEDIUM_CHANGED);
    }

    public synchronized void doorOpen(boolean open) {
        doorOpen = open;
        if (!open) {
            notice(Sense.MEDIUM_CHANGED);
        }
    }

    @Override
    public String name() {
        return "simulated changer " + plan.serial;
    }

    @Override
    public int longestTransferBytes() {
        return LONGEST_TRANSFER;
    }

    @Override
    public synchronized ScsiReply execute(ScsiCommand command) throws ScsiException {
        commands++;
        Runnable others = interference;
        if (others != null && commands == interfereAt) {
            interference = null;
            others.run();
        }
        ChangerFault fault = strike(command);
        if (fault == ChangerFault.NO_DEVICE) {
            throw new ScsiException(ScsiFault.NO_DEVICE, name() + " is gone", "Check its cable.");
        }
        boolean lost = fault == ChangerFault.TIMED_OUT || fault == ChangerFault.CONNECTION_LOST;
        if (lost && chance.nextBoolean()) {
            throw lost(fault);
        }
        ScsiReply reply = reply(command, fault);
        if (lost) {
            throw lost(fault);
        }
        return reply;
    }

    /** No effect: it may be used by others. */
    @Override
    public void close() {}

    private ScsiException lost(@Nullable ChangerFault fault) {
        return fault == ChangerFault.TIMED_OUT
                ? new ScsiException(ScsiFault.TIMED_OUT, name() + " did not answer in time", "Look at the device.")
                : new ScsiException(ScsiFault.CONNECTION_LOST, "the connection to " + name() + " broke", "Try again.");
    }

    private @Nullable ChangerFault strike(ScsiCommand command) {
        ChangerFault fault = faults.remove(commands);
        int operation = command.cdb().operation();
        if (fault == null || (fault.ofMoves() && operation != 0xa5)) {
            return null;
        }
        struck.add(fault);
        switch (fault) {
            case MEDIUM_CHANGED -> attention.add(Sense.MEDIUM_CHANGED);
            case MAIL_SLOT_ACCESSED -> attention.add(Sense.MAIL_SLOT_ACCESSED);
            case RESET -> attention.add(Sense.RESET);
            case OPERATOR_MOVES -> somebodyMovesOne();
            case BECOMING_READY -> unreadyFor = COMMANDS_UNTIL_READY;
            case DOOR_OPEN -> doorOpen = true;
            case REMOVAL_PREVENTED -> prevented = true;
            case WRONG_BARCODE -> misreadOne("WRONG" + chance.nextInt(1000));
            case NO_BARCODE -> misreadOne(null);
            case REFUSES_TAGS -> habits.add(Habit.NO_TAGS);
            case REFUSES_DEVICES -> habits.add(Habit.NO_DEVICES);
            case CUTS_REPORTS -> habits.add(Habit.CUTS_REPORTS);
            default -> {
                // strikes while the command is carried out
            }
        }
        return fault;
    }

    private ScsiReply reply(ScsiCommand command, @Nullable ChangerFault fault) {
        int operation = command.cdb().operation();
        boolean alwaysAnswers = operation == 0x12 || operation == 0x03;
        if (alwaysAnswers) {
            return operation == 0x12 ? inquiry(command) : ScsiReply.good(0);
        }
        if (fault == ChangerFault.BUSY) {
            return ScsiReply.of(ScsiReply.BUSY, 0, new byte[0]);
        }
        if (fault == ChangerFault.RESERVED) {
            return ScsiReply.of(ScsiReply.RESERVATION_CONFLICT, 0, new byte[0]);
        }
        Sense first = attention.poll();
        if (first != null) {
            return first.reply();
        }
        if (unreadyFor > 0) {
            unreadyFor--;
            return Sense.BECOMING_READY.reply();
        }
        return carryOut(command, fault);
    }

    private ScsiReply carryOut(ScsiCommand command, @Nullable ChangerFault fault) {
        byte[] cdb = command.cdb().toBytes();
        return switch (command.cdb().operation()) {
            case 0x00 -> doorOpen ? Sense.MANUAL_INTERVENTION.reply() : ScsiReply.good(0);
            case 0x07 -> initialize();
            case 0x37 -> habits.contains(Habit.PLAIN) ? Sense.NO_SUCH_COMMAND.reply() : initialize();
            case 0x1a -> modeSense(command, cdb, 4);
            case 0x5a -> modeSense(command, cdb, 8);
            case 0x1b -> openOrClose(cdb);
            case 0x1e -> preventOrAllow(cdb);
            case 0x2b -> racks.typeOf(be16(cdb, 4)).isPresent() ? ScsiReply.good(0) : badAddress();
            case 0xa5 -> move(be16(cdb, 2), be16(cdb, 4), be16(cdb, 6), fault);
            case 0xb8 -> status(command, cdb);
            default -> Sense.NO_SUCH_COMMAND.reply();
        };
    }

    private ScsiReply initialize() {
        if (doorOpen) {
            return Sense.MANUAL_INTERVENTION.reply();
        }
        log.add("initialize");
        known = racks.look();
        return ScsiReply.good(0);
    }

    private ScsiReply openOrClose(byte[] cdb) {
        if (habits.contains(Habit.PLAIN)) {
            return Sense.NO_SUCH_COMMAND.reply();
        }
        boolean mailSlot = addresses.importExport().contains(be16(cdb, 2));
        if (!mailSlot) {
            return badAddress();
        }
        log.add((cdb[4] & 0x1f) == 0 ? "open" : "close");
        return ScsiReply.good(0);
    }

    private ScsiReply preventOrAllow(byte[] cdb) {
        if (habits.contains(Habit.PLAIN)) {
            return Sense.NO_SUCH_COMMAND.reply();
        }
        prevented = (cdb[4] & 1) != 0;
        return ScsiReply.good(0);
    }

    private ScsiReply modeSense(ScsiCommand command, byte[] cdb, int headerBytes) {
        if ((cdb[2] & 0x3f) != ElementAddresses.PAGE) {
            return Sense.INVALID_FIELD.reply();
        }
        byte[] page = reports.addressPage();
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        ElementReports.be(answer, page.length + headerBytes - (headerBytes == 4 ? 1 : 2), headerBytes == 4 ? 1 : 2);
        ElementReports.be(answer, 0, headerBytes - (headerBytes == 4 ? 1 : 2));
        answer.writeBytes(page);
        return deliver(command, answer.toByteArray());
    }

    private ScsiReply inquiry(ScsiCommand command) {
        byte[] cdb = command.cdb().toBytes();
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        if ((cdb[1] & 1) == 0) {
            ElementReports.be(answer, 0x08800512, 4);
            ElementReports.be(answer, 31, 1);
            ElementReports.be(answer, 0, 3);
            answer.writeBytes(ElementReports.padded("SADDLE  SIMULATEDLIBRARY0001", 28));
            return deliver(command, answer.toByteArray());
        }
        if ((cdb[2] & 0xff) != 0x80) {
            return Sense.INVALID_FIELD.reply();
        }
        ElementReports.be(answer, 0x08800000 | plan.serial.length(), 4);
        answer.writeBytes(ElementReports.padded(plan.serial, plan.serial.length()));
        return deliver(command, answer.toByteArray());
    }

    private ScsiReply status(ScsiCommand command, byte[] cdb) {
        boolean tags = (cdb[1] & 0x10) != 0;
        boolean devices = (cdb[6] & 0x01) != 0;
        boolean refused = (tags && habits.contains(Habit.NO_TAGS)) || (devices && habits.contains(Habit.NO_DEVICES));
        Optional<ElementType> type = ElementTypes.of(cdb[1] & 0x0f);
        if (refused || type.isEmpty()) {
            return Sense.INVALID_FIELD.reply();
        }
        ElementRange wanted = new ElementRange(be16(cdb, 2), Math.min(be16(cdb, 4), 0x10000 - be16(cdb, 2)));
        return deliver(command, reports.status(type.get(), wanted, known, new ElementReports.Fields(tags, devices)));
    }

    private static ScsiReply deliver(ScsiCommand command, byte[] answer) {
        ByteBuffer into = command.data();
        int bytes = into == null ? 0 : Math.min(answer.length, into.remaining());
        if (into != null) {
            into.duplicate().put(answer, 0, bytes);
        }
        return ScsiReply.good(bytes);
    }

    private ScsiReply move(int transport, int from, int to, @Nullable ChangerFault fault) {
        boolean handIsThere = transport == 0 || addresses.transports().contains(transport);
        if (!handIsThere || racks.typeOf(from).isEmpty() || racks.typeOf(to).isEmpty()) {
            return badAddress();
        }
        if (doorOpen) {
            return Sense.MANUAL_INTERVENTION.reply();
        }
        if (fault == ChangerFault.SOURCE_EMPTY && racks.at(from).isPresent() && racks.releases(from)) {
            racks.take(from);
        }
        if (fault == ChangerFault.DESTINATION_FULL && racks.at(to).isEmpty() && to != from) {
            strangers++;
            racks.put(to, new Content("STRANGE" + strangers, null, false));
        }
        if (racks.at(from).isEmpty()) {
            return Sense.SOURCE_EMPTY.reply();
        }
        if (racks.at(to).isPresent()) {
            return Sense.DESTINATION_FULL.reply();
        }
        boolean held = !racks.releases(from) && !habits.contains(Habit.PULLS);
        boolean locked = prevented && addresses.importExport().contains(to);
        refusals += held ? 1 : 0;
        if (held && habits.contains(Habit.SAYS_OUT_OF_REACH)) {
            return Sense.OUT_OF_REACH.reply();
        }
        if (held || locked || fault == ChangerFault.REMOVAL_PREVENTED) {
            prevented = fault != ChangerFault.REMOVAL_PREVENTED && prevented;
            return Sense.REMOVAL_PREVENTED.reply();
        }
        return carry(from, to, fault);
    }

    private ScsiReply carry(int from, int to, @Nullable ChangerFault fault) {
        if (fault == ChangerFault.LIES) {
            return ScsiReply.good(0);
        }
        if (fault == ChangerFault.MISPLACES) {
            List<Integer> free = new ArrayList<>(racks.shelves(false));
            free.remove(Integer.valueOf(to));
            done(from, free.isEmpty() ? to : free.get(chance.nextInt(free.size())));
            return ScsiReply.good(0);
        }
        if (fault == ChangerFault.JAMMED) {
            int stuck = List.of(from, ChangerPlan.TRANSPORT, to).get(chance.nextInt(3));
            if (stuck != from) {
                done(from, stuck);
            }
            return Sense.JAMMED.reply();
        }
        if (fault == ChangerFault.HARDWARE_ERROR) {
            if (chance.nextBoolean()) {
                done(from, to);
            }
            return Sense.HARDWARE_ERROR.reply();
        }
        done(from, to);
        return ScsiReply.good(0);
    }

    private void done(int from, int to) {
        racks.move(from, to);
        log.add(from + ">" + to);
        remember(from);
        remember(to);
    }

    private void remember(int address) {
        Optional<Content> there = racks.at(address);
        if (there.isPresent()) {
            known.put(address, there.get());
        } else {
            known.remove(address);
        }
    }

    private void notice(Sense sense) {
        known = racks.look();
        attention.add(sense);
    }

    private void somebodyMovesOne() {
        List<Integer> full = racks.shelves(true);
        List<Integer> free = racks.shelves(false);
        if (!full.isEmpty() && !free.isEmpty()) {
            racks.move(full.get(chance.nextInt(full.size())), free.get(chance.nextInt(free.size())));
        }
        notice(Sense.MEDIUM_CHANGED);
    }

    private void misreadOne(@Nullable String read) {
        List<String> media = racks.media();
        if (!media.isEmpty()) {
            misread(media.get(chance.nextInt(media.size())), read);
        }
    }

    private ScsiReply badAddress() {
        return habits.contains(Habit.INVALID_FIELDS) ? Sense.INVALID_FIELD.reply() : Sense.BAD_ADDRESS.reply();
    }

    private static int be16(byte[] from, int at) {
        return (from[at] & 0xff) << 8 | (from[at + 1] & 0xff);
    }
}
