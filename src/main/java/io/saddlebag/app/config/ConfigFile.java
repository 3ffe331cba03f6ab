package io.saddlebag.app.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddlebag.fault.BackupException;
import io.saddlebag.media.MediaFamily;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The configuration of the node whose home folder this is. */
public final class ConfigFile {
    /** Below the home folder. */
    public static final String PLACE = "config/saddlebag.yaml";

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .build();

    private static final Pattern WRONG_SHAPE =
            Pattern.compile("^Cannot (?:deserialize|construct).*JsonToken\\.([A-Z_]+)");
    private static final Map<String, String> SHAPES = Map.of(
            "START_ARRAY",
            "list",
            "START_OBJECT",
            "group of options",
            "VALUE_STRING",
            "text",
            "VALUE_NUMBER_INT",
            "number");

    private final Path home;
    private final NodeConfig config;

    private ConfigFile(Path home, NodeConfig config) {
        this.home = home;
        this.config = config;
    }

    /** @throws BackupException with a {@link ConfigFault}, naming file, line and what is valid */
    public static ConfigFile read(Path home) throws IOException {
        Path file = home.toAbsolutePath().normalize().resolve(PLACE);
        byte[] text = new byte[0];
        try {
            text = Files.readAllBytes(file);
            NodeConfig config = YAML.readValue(text, NodeConfig.class);
            if (config == null) {
                config = new NodeConfig(null, null, null, null, null);
            }
            ConfigFile read = new ConfigFile(home.toAbsolutePath().normalize(), config);
            read.families();
            return read;
        } catch (NoSuchFileException e) {
            throw new BackupException(
                    ConfigFault.MISSING,
                    "there is no configuration file " + file,
                    "Start in the folder that holds config/, or name it with --home.",
                    e);
        } catch (JsonProcessingException e) {
            throw malformed(file, e, text);
        } catch (IllegalArgumentException e) {
            throw new BackupException(
                    ConfigFault.MALFORMED, file + ": " + e.getMessage(), "Mend that option and start again.", e);
        }
    }

    public Path home() {
        return home;
    }

    public NodeConfig node() {
        return config;
    }

    /** A path of the configuration, relative to the home folder. */
    public Path resolve(String path) {
        return home.resolve(path).normalize();
    }

    public Path state() {
        return resolve(config.state());
    }

    public List<MediaFamily> families() {
        List<MediaFamily> families = new ArrayList<>();
        for (Map.Entry<String, FamilyConfig> entry : config.families().entrySet()) {
            families.add(entry.getValue().family(entry.getKey()));
        }
        return families;
    }

    private static BackupException malformed(Path file, JsonProcessingException e, byte[] text) throws IOException {
        return new BackupException(
                ConfigFault.MALFORMED,
                file + place(locationOf(e, text)) + ": " + said(e),
                "Mend that line and start again.",
                e);
    }

    /** Where the option itself is: it is judged when all of its object has been read, which ends lines later. */
    private static @Nullable JsonLocation locationOf(JsonProcessingException e, byte[] text) throws IOException {
        if (!(e instanceof JsonMappingException mapping) || mapping.getPath().isEmpty()) {
            return e.getLocation();
        }
        String wanted = mapping.getPath().stream()
                .map(step -> step.getFieldName() == null
                        ? "/" + step.getIndex()
                        : "/" + step.getFieldName().replace("~", "~0").replace("/", "~1"))
                .collect(Collectors.joining());
        try (JsonParser parser = YAML.createParser(text)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                boolean name = token == JsonToken.FIELD_NAME;
                if (name
                        && parser.getParsingContext().pathAsPointer().toString().equals(wanted)) {
                    return parser.currentTokenLocation();
                }
            }
        }
        return e.getLocation();
    }

    private static String place(@Nullable JsonLocation at) {
        return at == null ? "" : ":" + at.getLineNr() + ":" + at.getColumnNr();
    }

    private static String said(JsonProcessingException e) {
        if (e instanceof UnrecognizedPropertyException unknown) {
            String known = unknown.getKnownPropertyIds().stream()
                    .map(Object::toString)
                    .sorted()
                    .collect(Collectors.joining(", "));
            return "unknown option '" + unknown.getPropertyName() + "' in " + path(unknown) + "; known are " + known;
        }
        String text = e.getCause() instanceof IllegalArgumentException bad
                ? String.valueOf(bad.getMessage())
                : plain(e.getOriginalMessage());
        return e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()
                ? path(mapping) + ": " + text
                : text;
    }

    /** Without the names of classes, which tell an operator nothing. */
    private static String plain(String text) {
        Matcher shape = WRONG_SHAPE.matcher(text);
        return shape.find()
                ? "a " + SHAPES.getOrDefault(shape.group(1), "value of another kind") + " can't stand here"
                : text;
    }

    private static String path(JsonMappingException e) {
        String path = e.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
                .collect(Collectors.joining("."));
        return path.isEmpty() ? "the file" : path;
    }
}
