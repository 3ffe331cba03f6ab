package io.saddlebag.checkpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.image.ByteString;
import io.saddlebag.image.PartEnd;
import io.saddlebag.image.PartInFile;
import io.saddlebag.media.Lane;
import io.saddlebag.media.PoolFile;
import io.saddlebag.media.VolumeId;
import io.saddlebag.quantity.BlockSize;
import io.saddlebag.tape.BlockAddress;
import io.saddlebag.volume.ImageToStore;
import io.saddlebag.volume.StoredImage;
import io.saddlebag.volume.StoredSection;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/** A checkpoint as a file (docs/formats/checkpoint.md): a line with version and checksum, and JSON. */
final class CheckpointText {
    static final int VERSION = 1;

    /** Bytes; a longer one isn't ours. */
    static final int LONGEST_BYTES = 16 << 20;

    private static final String FORMAT = "saddlebag-checkpoint";
    private static final ObjectMapper JSON = new ObjectMapper();

    private CheckpointText() {}

    static byte[] encode(Checkpoint checkpoint) {
        byte[] body = body(checkpoint);
        byte[] line = (FORMAT + " " + VERSION + " " + check(body) + "\n").getBytes(US_ASCII);
        byte[] all = Arrays.copyOf(line, line.length + body.length);
        System.arraycopy(body, 0, all, line.length, body.length);
        return all;
    }

    /** @throws IOException saying in what way it is none that can be used, as a phrase behind "its checkpoint" */
    static Checkpoint decode(byte[] bytes) throws IOException {
        int end = 0;
        while (end < bytes.length && end < 100 && bytes[end] != '\n') {
            end++;
        }
        String[] line = new String(bytes, 0, end, US_ASCII).split(" ", -1);
        if (line.length != 3 || !line[0].equals(FORMAT)) {
            throw new IOException("is no checkpoint, or its beginning is torn");
        }
        if (!line[1].equals(String.valueOf(VERSION))) {
            throw new IOException("is of version " + line[1] + ", and version " + VERSION + " is known");
        }
        byte[] body = Arrays.copyOfRange(bytes, Math.min(end + 1, bytes.length), bytes.length);
        if (!check(body).equals(line[2])) {
            throw new IOException("is torn: its checksum is wrong");
        }
        try {
            return parse(JSON.readTree(body));
        } catch (JsonProcessingException | DateTimeException | IllegalArgumentException e) {
            throw new IOException("can't be read: " + e.getMessage(), e);
        }
    }

    private static String check(byte[] body) {
        CRC32C crc = new CRC32C();
        crc.update(body, 0, body.length);
        return String.format(Locale.ROOT, "%08x", crc.getValue());
    }

    private static byte[] body(Checkpoint checkpoint) {
        PartEnd end = checkpoint.end();
        ObjectNode json = JSON.createObjectNode();
        json.put("backup", checkpoint.backup().value()).put("job", checkpoint.job());
        json.put("begun", checkpoint.begun().toString())
                .put("made", checkpoint.made().toString());
        put(json.putObject("settings"), checkpoint.settings());
        String snapshot = checkpoint.snapshot();
        if (snapshot != null) {
            json.put("snapshot", snapshot);
        }
        ObjectNode place = json.putObject("end");
        place.put("offset", end.offset())
                .put("checksums", end.checksums())
                .put("deletions", end.deletions())
                .put("members", end.members())
                .put("files", end.files())
                .put("dataBytes", end.dataBytes())
                .put("chain", end.chain())
                .put("last", end.last().toExactText());
        PartInFile within = end.within();
        if (within != null) {
            place.putObject("within")
                    .put("member", within.member())
                    .put(
                            "headers",
                            Base64.getEncoder().encodeToString(within.headers().toBytes()))
                    .put("done", within.done())
                    .put("digest", within.digest())
                    .put("identity", within.identity());
        }
        ImageToStore image = checkpoint.parts().image();
        ObjectNode label = json.putObject("image")
                .put("id", image.imageId())
                .put("name", image.name())
                .put("job", image.job())
                .put("owner", image.owner())
                .put("host", image.host())
                .put("created", image.created().toString());
        image.layers().forEach(label.putArray("layers")::add);
        json.put("bytes", checkpoint.parts().bytes());
        var sections = json.putArray("sections");
        checkpoint.parts().sections().forEach(section -> put(sections.addObject(), section));
        var files = json.putArray("files");
        checkpoint.parts().files().forEach(file -> put(files.addObject(), file));
        ObjectNode labelled = json.putObject("labelled");
        new TreeMap<>(checkpoint.labelled()).forEach((id, at) -> labelled.put(id, at.toString()));
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of strings and numbers is always JSON", e);
        }
    }

    private static void put(ObjectNode json, Map<String, String> texts) {
        new TreeMap<>(texts).forEach(json::put);
    }

    private static void put(ObjectNode json, StoredSection section) {
        json.put("section", section.section())
                .put("volume", section.volume().value())
                .put("fileNumber", section.fileNumber())
                .put("volumeSequence", section.volumeSequence())
                .put("label", section.label().value())
                .put("data", section.data().value())
                .put("blockSize", section.blockSize().bytes())
                .put("blocks", section.blocks())
                .put("bytes", section.bytes());
    }

    private static void put(ObjectNode json, PoolFile file) {
        json.put("pool", file.pool())
                .put("path", file.path())
                .put("section", file.section())
                .put("bytes", file.bytes())
                .put("crc32c", file.crc32c());
        Instant expires = file.expires();
        if (expires != null) {
            json.put("expires", expires.toString());
        }
    }

    private static Checkpoint parse(JsonNode json) {
        JsonNode end = json.path("end");
        Map<String, Instant> labelled = new LinkedHashMap<>();
        texts(json.path("labelled")).forEach((id, at) -> labelled.put(id, Instant.parse(at)));
        return new Checkpoint(
                new BackupId(number(json, "backup")),
                text(json, "job"),
                texts(json.path("settings")),
                Instant.parse(text(json, "begun")),
                Instant.parse(text(json, "made")),
                new PartEnd(
                        number(end, "offset"),
                        toInt(number(end, "checksums")),
                        toInt(number(end, "deletions")),
                        number(end, "members"),
                        number(end, "files"),
                        number(end, "dataBytes"),
                        text(end, "chain"),
                        ByteString.ofExactText(text(end, "last")),
                        end.hasNonNull("within") ? within(end.path("within")) : null),
                parts(json),
                json.hasNonNull("snapshot") ? text(json, "snapshot") : null,
                labelled);
    }

    private static PartInFile within(JsonNode json) {
        return new PartInFile(
                number(json, "member"),
                ByteString.copyOf(Base64.getDecoder().decode(text(json, "headers"))),
                number(json, "done"),
                text(json, "digest"),
                text(json, "identity"));
    }

    private static StoredImage parts(JsonNode json) {
        JsonNode label = json.path("image");
        List<String> layers = new ArrayList<>();
        label.path("layers").forEach(layer -> layers.add(layer.asText()));
        ImageToStore image = new ImageToStore(
                text(label, "id"),
                Lane.ONLY,
                text(label, "name"),
                text(label, "job"),
                text(label, "owner"),
                text(label, "host"),
                layers,
                Instant.parse(text(label, "created")));
        List<StoredSection> sections = new ArrayList<>();
        json.path("sections").forEach(each -> sections.add(section(each)));
        List<PoolFile> files = new ArrayList<>();
        json.path("files").forEach(each -> files.add(file(each)));
        if (sections.isEmpty() == files.isEmpty()) {
            throw new IllegalArgumentException("it has neither sections on volumes nor files of a pool, or both");
        }
        return new StoredImage(image, sections, files, number(json, "bytes"));
    }

    private static StoredSection section(JsonNode json) {
        return new StoredSection(
                Lane.ONLY.number(),
                toInt(number(json, "section")),
                new VolumeId(text(json, "volume")),
                toInt(number(json, "fileNumber")),
                toInt(number(json, "volumeSequence")),
                new BlockAddress(number(json, "label")),
                new BlockAddress(number(json, "data")),
                new BlockSize(toInt(number(json, "blockSize"))),
                number(json, "blocks"),
                number(json, "bytes"));
    }

    private static PoolFile file(JsonNode json) {
        return new PoolFile(
                text(json, "pool"),
                text(json, "path"),
                toInt(number(json, "section")),
                number(json, "bytes"),
                number(json, "crc32c"),
                json.hasNonNull("expires") ? Instant.parse(text(json, "expires")) : null);
    }

    private static Map<String, String> texts(JsonNode json) {
        Map<String, String> texts = new TreeMap<>();
        json.properties()
                .forEach(each -> texts.put(each.getKey(), each.getValue().asText()));
        return texts;
    }

    private static String text(JsonNode json, String key) {
        JsonNode value = json.path(key);
        if (!value.isTextual()) {
            throw new IllegalArgumentException("it has no text '" + key + "'");
        }
        return value.textValue();
    }

    private static long number(JsonNode json, String key) {
        JsonNode value = json.path(key);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new IllegalArgumentException("it has no number '" + key + "'");
        }
        return value.longValue();
    }

    private static int toInt(long number) {
        if (number != (int) number) {
            throw new IllegalArgumentException(number + " is no count that it can have");
        }
        return (int) number;
    }
}
