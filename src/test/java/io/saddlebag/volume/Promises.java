package io.saddlebag.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.saddlebag.media.ImageLabel;
import io.saddlebag.media.LabelException;
import io.saddlebag.media.Volume;
import io.saddlebag.media.VolumeLabel;
import io.saddlebag.scsi.memory.SimulatedCartridge;
import io.saddlebag.scsi.memory.SimulatedTape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** What was acknowledged on a site, and has to stay as it was: looked at on the cartridges, past all code under test. */
final class Promises {
    private static final int WRITE = 0x0a;
    private static final int WRITE_FILEMARKS = 0x10;
    private static final int ERASE = 0x19;

    private final ScsiSite site;
    private final List<Promise> kept = new ArrayList<>();

    /** An image that somebody was told is safe. */
    private record Promise(StoredImage image, String family, String data, List<Slice> slices) {}

    /** A section on a cartridge, from its label to behind its last block. */
    private record Slice(SimulatedCartridge cartridge, int from, int to, List<String> objects) {}

    Promises(ScsiSite site) {
        this.site = site;
    }

    int count() {
        return kept.size();
    }

    synchronized void add(StoredImage image, String family, String data) {
        List<Slice> slices = new ArrayList<>();
        for (StoredSection section : image.sections()) {
            Volume volume = site.register.find(section.volume()).orElseThrow();
            assertThat(volume.family())
                    .as("family of the volume that got %s", image.image().imageId())
                    .isEqualTo(family);
            SimulatedCartridge cartridge =
                    site.cartridge(Objects.requireNonNull(volume.barcode()).value());
            int from = Math.toIntExact(section.label().value());
            int to = Math.toIntExact(section.data().value() + section.blocks());
            slices.add(new Slice(cartridge, from, to, objects(cartridge, from, to)));
        }
        kept.add(new Promise(image, family, data, slices));
    }

    private static List<String> objects(SimulatedCartridge cartridge, int from, int to) {
        List<String> all = objects(cartridge);
        return all.subList(Math.min(from, all.size()), Math.min(to, all.size()));
    }

    private static List<String> objects(SimulatedCartridge cartridge) {
        return cartridge.drawing().isEmpty()
                ? List.of()
                : Arrays.asList(cartridge.drawing().split("\\|", -1));
    }

    /** Nothing is written before the end of what was promised. */
    synchronized void before(Traffic.Call call) {
        int operation = call.operation();
        boolean writes = operation == WRITE
                || operation == ERASE
                || (operation == WRITE_FILEMARKS && call.command().cdb().toBytes()[4] != 0);
        if (!writes || !call.device().startsWith("drive")) {
            return;
        }
        SimulatedTape tape = site.tapes.stream()
                .filter(each -> each.name().equals(call.device()))
                .findFirst()
                .orElseThrow();
        SimulatedCartridge inside = tape.cartridge().orElse(null);
        for (Promise promise : kept) {
            for (Slice slice : promise.slices) {
                if (slice.cartridge == inside) {
                    assertThat(tape.position())
                            .as("where %s writes on %s, which holds %s", call.program(), inside.name(), name(promise))
                            .isGreaterThanOrEqualTo(slice.to);
                }
            }
        }
    }

    synchronized void check(String when) {
        for (Promise promise : kept) {
            for (Slice slice : promise.slices) {
                assertThat(objects(slice.cartridge, slice.from, slice.to))
                        .as("%s on %s at %s", name(promise), slice.cartridge.name(), when)
                        .isEqualTo(slice.objects);
            }
        }
    }

    /** Each image stands on a volume of the id and the family that its own label and the volume's name. */
    void checkLabels() throws LabelException {
        for (String barcode : site.drawings().keySet()) {
            List<String> all = objects(site.cartridge(barcode));
            if (all.isEmpty() || !all.get(0).startsWith("VOL1") || all.size() < VolumeLabel.RECORDS) {
                continue;
            }
            VolumeLabel volume = VolumeLabel.decode(bytes(all.subList(0, VolumeLabel.RECORDS)));
            for (int at = VolumeLabel.RECORDS; at < all.size(); at++) {
                boolean imageLabel = all.get(at).startsWith("HDR1")
                        && !all.get(at).contains("END OF DATA")
                        && all.subList(at, all.size()).contains("#");
                if (imageLabel) {
                    int end = at + all.subList(at, all.size()).indexOf("#");
                    ImageLabel image = ImageLabel.decode(bytes(all.subList(at, end)));
                    assertThat(image.at().volume())
                            .as("volume of %s on %s", image.imageId(), barcode)
                            .isEqualTo(volume.id());
                    String family = image.imageId().replaceAll("\\d.*", "");
                    assertThat(volume.family())
                            .as("family of %s on %s", image.imageId(), barcode)
                            .isEqualTo(family);
                }
            }
        }
    }

    void read(ScsiSite.Program program, String id) throws IOException {
        for (Promise promise : List.copyOf(kept)) {
            if (promise.image.image().imageId().equals(id)) {
                assertThat(program.read(promise.image)).as(name(promise)).isEqualTo(promise.data);
            }
        }
    }

    void readAll(ScsiSite.Program program) throws IOException {
        for (Promise promise : List.copyOf(kept)) {
            assertThat(program.read(promise.image)).as(name(promise)).isEqualTo(promise.data);
        }
    }

    private static List<byte[]> bytes(List<String> records) {
        return records.stream()
                .map(each -> each.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
    }

    private static String name(Promise promise) {
        return "image " + promise.image.image().imageId();
    }
}
