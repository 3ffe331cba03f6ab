package io.saddlebag.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.fault.BackupException;
import io.saddlebag.host.DeviceLocks;
import io.saddlebag.host.Waiter;
import io.saddlebag.library.Element;
import io.saddlebag.library.ElementKind;
import io.saddlebag.library.LibraryException;
import io.saddlebag.library.LibraryFault;
import io.saddlebag.library.scsi.QuickWaiter;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.scsi.ElementRange;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Two programs on one library with two drives: each has its own library and its own wires, they share the catalog and this
 * machine's locks. Somebody may come in between at each SCSI command, at each lock and at each call of the register, and
 * people swap cartridges between slots.
 */
final class ProgramRace {
    static final MediaFamily RED = new MediaFamily("red", null, null, MediaFamily.Expiration.TIME);
    static final MediaFamily BLUE = new MediaFamily("blue", null, null, MediaFamily.Expiration.TIME);
    private static final MediaFamily SHORT =
            new MediaFamily("short", Duration.ofDays(1), Duration.ZERO, MediaFamily.Expiration.TIME);

    final ScsiSite site = new ScsiSite(
            ScsiSite.Layout.of(45, "R1", "B2", "X3", "C4", "C5", "C6", "C7", "C8", "C9", "D1", "D2")
                    .drives(2),
            new MemoryVolumeRegister().with(RED).with(BLUE).with(SHORT));
    final Promises promises = new Promises(site);
    final List<String> failures = new ArrayList<>();
    private final Map<String, String> holders = new HashMap<>();
    private final Turns turns;
    private final Map<Integer, Runnable> people = new HashMap<>();
    private final boolean ownSessions;
    private boolean begun;

    ProgramRace(Turns.Plan plan, boolean ownSessions) throws Exception {
        this.turns = new Turns(2, plan);
        this.ownSessions = ownSessions;
        try (ScsiSite.Program before = site.open("before")) {
            keep(before, "red0", RED, 6);
            keep(before, "blue0", BLUE, 6);
            site.clock.passes(Duration.ofDays(-10));
            before.append("short0", SHORT.name(), blocks("short0", 6));
            site.clock.passes(Duration.ofDays(10));
        }
        site.traffic.listen(this::before);
    }

    /** What a program does for its family. */
    interface Job {
        void run(ScsiSite.Program program) throws Exception;
    }

    int steps() {
        return turns.steps();
    }

    /** People act right before that step. */
    void at(int step, Runnable act) {
        people.put(step, act);
    }

    /** Somebody swaps two cartridges on their shelves. */
    Runnable swap(Random chance, boolean noticed) {
        return () -> {
            ElementRange slots = site.changer.addresses().storage();
            List<Integer> full = new ArrayList<>();
            List<Integer> free = new ArrayList<>();
            for (int at = slots.first(); at < slots.first() + slots.count(); at++) {
                (site.changer.mediumAt(at).isPresent() ? full : free).add(at);
            }
            if (full.size() < 2 || free.isEmpty()) {
                return;
            }
            int one = full.remove(chance.nextInt(full.size()));
            int other = full.get(chance.nextInt(full.size()));
            site.notes.add("somebody swaps " + one + " and " + other);
            for (int[] step : new int[][] {{one, free.get(0)}, {other, one}, {free.get(0), other}}) {
                if (noticed) {
                    site.changer.operatorMoves(step[0], step[1]);
                } else {
                    site.changer.operatorMovesUnseen(step[0], step[1]);
                }
            }
        };
    }

    /** Both at once, and then everything that was promised is read. */
    void play(Job first, Job second) throws Exception {
        begun = true;
        turns.play(List.of(() -> run(0, "one", first), () -> run(1, "two", second)));
        begun = false;
        promises.check("the end");
        promises.checkLabels();
        try (ScsiSite.Program reader = site.open("reader")) {
            reader.library.scan();
            promises.readAll(reader);
        }
    }

    private void run(int me, String name, Job job) throws Exception {
        try (ScsiSite.Program program =
                site.open(new ScsiSite.Visitor(name, waiter(me), new Locks(me, name), register(me), ownSessions))) {
            job.run(program);
        } catch (BackupException e) {
            assertThat(e.hint()).isNotEmpty();
            failures.add(name + ": " + e.what());
        }
    }

    void keep(ScsiSite.Program program, String id, MediaFamily family, int count)
            throws IOException, InterruptedException {
        String data = blocks(id, count);
        promises.add(program.append(id, family.name(), data), family.name(), data);
    }

    static String blocks(String id, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= count; i++) {
            text.append(id.charAt(0)).append(id.charAt(id.length() - 1)).append(String.format("%02d", i));
        }
        return text.toString();
    }

    /** Each step is a chance for the other one, and then this one acts on what it finds. */
    private void step(int me) {
        if (!begun) {
            return;
        }
        turns.step(me);
        Runnable act = people.remove(turns.steps());
        if (act != null) {
            act.run();
        }
    }

    private void before(int n, Traffic.Call call) {
        if (begun) {
            step(call.program().equals("one") ? 0 : 1);
            requireOwner(call);
        }
        promises.before(call);
    }

    private void requireOwner(Traffic.Call call) {
        boolean tape = call.device().startsWith("drive");
        int operation = call.operation();
        if (tape && operation != 0x12) {
            assertThat(holders.get("SIM" + call.device()))
                    .as(
                            "who has %s, to which %s sends %s",
                            call.device(), call.program(), call.command().name())
                    .isEqualTo(call.program());
        }
        if (operation == 0xa5) {
            assertThat(holders.get(ScsiSite.CHANGER_SERIAL)).as("who moves").isEqualTo(call.program());
            byte[] cdb = call.command().cdb().toBytes();
            for (int at :
                    new int[] {(cdb[5] & 0xff) | ((cdb[4] & 0xff) << 8), (cdb[7] & 0xff) | ((cdb[6] & 0xff) << 8)}) {
                ElementRange drives = site.changer.addresses().drives();
                if (drives.contains(at)) {
                    assertThat(holders.get("SIMdrive" + (at - drives.first() + 1)))
                            .as("whose drive the robot serves")
                            .isEqualTo(call.program());
                }
            }
        }
    }

    /** Each call is a step. */
    private VolumeRegister register(int me) {
        return (VolumeRegister) Proxy.newProxyInstance(
                VolumeRegister.class.getClassLoader(),
                new Class<?>[] {VolumeRegister.class},
                (proxy, method, given) -> {
                    step(me);
                    try {
                        return method.invoke(site.register, given);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private Waiter waiter(int me) {
        QuickWaiter time = new QuickWaiter();
        return new Waiter() {
            @Override
            public void await(Duration duration) {
                time.await(duration);
                step(me);
            }

            @Override
            public long nanos() {
                return time.nanos();
            }
        };
    }

    /** Locks of one program, which are the machine's. */
    private final class Locks implements DeviceLocks {
        private final int me;
        private final String program;

        Locks(int me, String program) {
            this.me = me;
            this.program = program;
        }

        @Override
        public Optional<Held> tryTake(String device) throws IOException {
            step(me);
            return take(device, site.locks.tryTake(device));
        }

        @Override
        public Held take(String device) throws IOException {
            step(me);
            while (true) {
                Optional<Held> held = take(device, site.locks.tryTake(device));
                if (held.isPresent()) {
                    return held.get();
                }
                turns.blocked(me);
            }
        }

        private Optional<Held> take(String device, Optional<Held> held) {
            held.ifPresent(h -> holders.put(device, program));
            return held.map(h -> () -> {
                if (program.equals(holders.get(device))) {
                    holders.remove(device);
                }
                h.close();
            });
        }

        @Override
        public String holder(String device) {
            return "program " + holders.get(device);
        }
    }

    /** Empties the drive that the program used last, as an operator's command does. */
    static void putAway(ScsiSite.Program program) throws IOException {
        program.store.close();
        for (Element drive : program.library.drives().keySet()) {
            boolean full = program.library.inventory().of(ElementKind.DTE).stream()
                    .anyMatch(status -> status.element().equals(drive) && status.full());
            if (full) {
                try {
                    new RobotOperations(program.library).unload(drive);
                    return;
                } catch (LibraryException e) {
                    if (!e.is(LibraryFault.IN_USE)) {
                        throw e;
                    }
                }
            }
        }
    }

    String history() {
        return failures + "\n" + String.join("\n", site.notes) + "\n  " + site.traffic.last();
    }

    static Set<String> families() {
        return Set.of(RED.name(), BLUE.name(), SHORT.name());
    }
}
