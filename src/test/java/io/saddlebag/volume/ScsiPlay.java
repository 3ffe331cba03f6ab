package io.saddlebag.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.fault.BackupException;
import io.saddlebag.media.MediaFamily;
import io.saddlebag.media.VolumeId;
import io.saddlebag.scsi.ScsiReply;
import io.saddlebag.workbench.Life;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One play: what stood there before, a backup over two volumes, its restore, and what comes after the repair. */
final class ScsiPlay {
    private static final MediaFamily YEARLY = new MediaFamily("yearly", null, null, MediaFamily.Expiration.TIME);
    private static final int BLOCK_BYTES = 4;
    private static final int BLOCKS = 60;

    final ScsiSite site;
    final Map<StoredImage, String> acknowledged = new LinkedHashMap<>();
    private final Map<String, String> foreign = new TreeMap<>();
    private final Map<String, String> given = new TreeMap<>();

    @Nullable
    BackupException failure;

    private @Nullable Promises promises;

    /** Commands that were sent before the play began. */
    private final int begun;

    private boolean shortened;
    private String section = "";

    ScsiPlay(ScsiSite.Layout layout) throws Exception {
        site = new ScsiSite(layout, new MemoryVolumeRegister().with(YEARLY));
        site.writeForeign("F3");
        try (ScsiSite.Program program = site.open("before")) {
            acknowledge(program, "one", blocks('a', 10));
            acknowledge(program, "kept", blocks('y', 8));
        }
        foreign.putAll(site.drawings());
        foreign.keySet().retainAll(Set.of("B2", "F3"));
        begun = site.traffic.count();
        listen((n, call) -> {});
    }

    /** Commands since it began. */
    int commands() {
        return site.traffic.count() - begun;
    }

    /** Somebody acts before commands, or when they are answered; numbers begin with the play. */
    void listen(Traffic.Listener listener) {
        site.traffic.listen(new Traffic.Listener() {
            @Override
            public void before(int n, Traffic.Call call) throws java.io.IOException {
                if (promises != null) {
                    promises.before(call);
                }
                listener.before(n - begun, call);
            }

            @Override
            public void answered(int n, Traffic.Call call) {
                listener.answered(n - begun, call);
            }
        });
    }

    /** Each write is looked at, where it goes. Not for scanners that read wrong barcodes: cartridges are known by them. */
    void watchWrites() {
        Promises all = new Promises(site);
        acknowledged.forEach((image, data) -> all.add(image, family(image.image()), data));
        promises = all;
    }

    private static @Nullable String family(ImageToStore image) {
        return image.imageId().equals("kept") ? YEARLY.name() : null;
    }

    /** A cartridge becomes shorter in it, and stays so. */
    void shortens() {
        shortened = true;
    }

    private void acknowledge(ScsiSite.Program program, String id, String data) throws Exception {
        given.put(id, data);
        StoredImage stored = program.append(id, family(Tapes.image(id)), data, this::volumeReached);
        acknowledged.put(stored, data);
        if (promises != null) {
            promises.add(stored, family(stored.image()), data);
        }
    }

    private void volumeReached(long bytes, VolumeId volume) {
        if (!section.equals(volume.value())) {
            section = volume.value();
            phase("section on " + volume);
        }
    }

    private void phase(String name) {
        site.traffic.phase(name);
    }

    /** Commands of backup and restore when nothing goes wrong. */
    void run() throws Exception {
        run(Life.unending());
    }

    /** @throws Life.Death when the program's life ends in it */
    void run(Life life) throws Exception {
        try {
            backUp(life);
            restore(life);
        } catch (BackupException e) {
            failure = e;
            assertThat(e.hint()).isNotEmpty();
            assertThat(e.codeId()).startsWith("SBG-");
        }
    }

    private void backUp(Life life) throws Exception {
        phase("open");
        try (ScsiSite.Program program = site.open("backup", life)) {
            phase("mount");
            acknowledge(program, "two", blocks('b', BLOCKS));
            phase("close");
        }
    }

    private void restore(Life life) throws Exception {
        phase("open for restore");
        try (ScsiSite.Program program = site.open("restore", life)) {
            phase("restore");
            readBack(program, "two");
        }
    }

    /** What somebody does who comes later: another backup, and then everything is read. */
    void later(String id, char of, Life life) throws Exception {
        try (ScsiSite.Program program = site.open("program " + id, life)) {
            acknowledge(program, id, blocks(of, BLOCKS));
            readAll(program);
        }
    }

    private void readBack(ScsiSite.Program program, String id) throws Exception {
        for (Map.Entry<StoredImage, String> image : acknowledged.entrySet()) {
            if (image.getKey().image().imageId().equals(id)) {
                assertThat(program.read(image.getKey())).isEqualTo(image.getValue());
            }
        }
    }

    private void readAll(ScsiSite.Program program) throws Exception {
        for (Map.Entry<StoredImage, String> image : acknowledged.entrySet()) {
            assertThat(program.read(image.getKey()))
                    .as("image %s", image.getKey().image().imageId())
                    .isEqualTo(image.getValue());
        }
    }

    /** @param powerFails what drives have in their buffers only is lost before */
    void repairAndRepeat(boolean powerFails) throws Exception {
        listen((n, call) -> {});
        if (powerFails) {
            site.powerCycle();
        }
        site.repair();
        phase("repeat");
        try (ScsiSite.Program program = site.open("repeat")) {
            acknowledge(program, "three", blocks('c', BLOCKS));
        } catch (VolumeException e) {
            // a cartridge that has become shorter stays so, and that is found out once
            if (!shortened) {
                throw e;
            }
            try (ScsiSite.Program program = site.open("repeat")) {
                acknowledge(program, "three", blocks('d', BLOCKS));
            }
        }
        site.powerCycle();
        try (ScsiSite.Program program = site.open("check")) {
            readAll(program);
            readFound(program);
        }
    }

    /** Sections that nobody acknowledged, and that stand whole on tape, hold what was to be stored. */
    private void readFound(ScsiSite.Program program) throws Exception {
        for (Map.Entry<String, List<StoredSection>> image : found().entrySet()) {
            for (StoredSection section : image.getValue()) {
                // blocks differ all from each other: this is where the section belongs
                assertThat(given.get(image.getKey()))
                        .as("section %s of image %s, found on tape", section.section(), image.getKey())
                        .contains(program.read(image.getKey(), List.of(section)));
            }
        }
    }

    /** By image, those that nobody acknowledged. */
    Map<String, List<StoredSection>> found() {
        Map<String, List<StoredSection>> all = new TreeMap<>();
        for (FoundSection each : site.found) {
            List<StoredSection> sections = all.computeIfAbsent(each.label().imageId(), id -> new ArrayList<>());
            if (!sections.contains(each.toStored())) {
                sections.add(each.toStored());
            }
        }
        acknowledged.keySet().forEach(image -> all.remove(image.image().imageId()));
        all.values().forEach(sections -> sections.sort(Comparator.comparing(StoredSection::section)));
        return all;
    }

    boolean isAcknowledged(String id) {
        return acknowledged.keySet().stream()
                .anyMatch(image -> image.image().imageId().equals(id));
    }

    void check() {
        Map<String, String> now = site.drawings();
        now.keySet().retainAll(foreign.keySet());
        assertThat(now).as("other people's cartridges").isEqualTo(foreign);
        if (promises != null) {
            promises.check("the end");
        }
        assertNothingIsSentTwice();
        assertNoBlindRepeat();
        assertEachLooksFirst();
    }

    /** Blocks of images differ all from each other, so that one that comes again was sent again. */
    private void assertNothingIsSentTwice() {
        assertThat(site.traffic.all().stream()
                        .filter(each -> each.fate() != Traffic.Fate.NEVER_SENT)
                        // a drive that is too busy takes nothing: what comes later comes for the first time
                        .filter(each -> each.status() != ScsiReply.BUSY && each.status() != ScsiReply.TASK_SET_FULL)
                        .map(Traffic.Sent::data)
                        .filter(data -> data.length() == BLOCK_BYTES)
                        .toList())
                .as("blocks sent")
                .doesNotHaveDuplicates();
    }

    /** What writes or moves is not sent again after an unknown fate before the device was looked at. */
    private void assertNoBlindRepeat() {
        Map<String, Traffic.Sent> open = new TreeMap<>();
        for (Traffic.Sent each : site.traffic.all()) {
            String device = each.call().device();
            Traffic.Sent before = open.get(device);
            if (before != null) {
                boolean same =
                        before.operation() == each.operation() && before.data().equals(each.data());
                if (same) {
                    throw new AssertionError(each + " was sent again");
                }
            }
            if (changes(each) && each.fate() == Traffic.Fate.UNKNOWN) {
                open.put(device, each);
            } else if (before != null && looks(each)) {
                open.remove(device);
            }
        }
    }

    /** A program that has just begun knows nothing of where the tape stands, nor of what the robot did. */
    private void assertEachLooksFirst() {
        Set<String> known = new HashSet<>();
        for (Traffic.Sent each : site.traffic.all()) {
            String whose = each.call().program() + " of " + each.call().device();
            if (looks(each)) {
                known.add(whose);
            }
            if (changes(each) && !known.contains(whose)) {
                throw new AssertionError(each + " without a look at it before");
            }
        }
    }

    private static boolean changes(Traffic.Sent each) {
        return Set.of(0x0a, 0x10, 0x19, 0xa5).contains(each.operation());
    }

    /** READ POSITION, REWIND, LOCATE; READ ELEMENT STATUS. */
    private static boolean looks(Traffic.Sent each) {
        return each.status() == 0 && Set.of(0x34, 0x01, 0x2b, 0x92, 0xb8).contains(each.operation());
    }

    static String blocks(char of, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= count; i++) {
            text.append(of).append(String.format("%03d", i));
        }
        return text.toString();
    }
}
