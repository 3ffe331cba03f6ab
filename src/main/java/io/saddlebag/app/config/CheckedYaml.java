package io.saddlebag.app.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddlebag.fault.BackupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One YAML file whose errors name file, line and column. */
final class CheckedYaml {
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

    private final Path file;
    private final byte[] text;

    private CheckedYaml(Path file, byte[] text) {
        this.file = file;
        this.text = text;
    }

    /** @throws java.nio.file.NoSuchFileException when there is none */
    static CheckedYaml of(Path file) throws IOException {
        return new CheckedYaml(file, Files.readAllBytes(file));
    }

    /**
     * @return empty for an empty file
     * @throws BackupException {@link ConfigFault#MALFORMED}
     */
    <T> Optional<T> as(Class<T> type) throws IOException {
        try (JsonParser parser = YAML.createParser(text)) {
            if (parser.nextToken() == null) {
                return Optional.empty();
            }
            return Optional.ofNullable(YAML.readValue(text, type));
        } catch (JsonProcessingException e) {
            throw malformed(place(locationOf(e)) + ": " + said(e), "Mend that line and start again.", e);
        } catch (IllegalArgumentException e) {
            throw malformed(": " + e.getMessage(), "Mend that option and start again.", e);
        }
    }

    /** What is wrong with an option that is well-formed by itself, {@code /drives/lto1/serial}. */
    BackupException wrong(String pointer, String what) throws IOException {
        return malformed(
                place(locationOf(pointer)) + ": " + pointer.substring(1).replace('/', '.') + ": " + what,
                "Mend that line and start again.",
                null);
    }

    private BackupException malformed(String what, String hint, @Nullable Throwable cause) {
        return new BackupException(ConfigFault.MALFORMED, file + what, hint, cause);
    }

    /** Where the option itself is: it is judged when all of its object has been read, which ends lines later. */
    private @Nullable JsonLocation locationOf(JsonProcessingException e) throws IOException {
        if (e.getCause() instanceof JsonParseException syntax) {
            return syntax.getLocation();
        }
        if (!(e instanceof JsonMappingException mapping) || mapping.getPath().isEmpty()) {
            return e.getLocation();
        }
        String wanted = mapping.getPath().stream()
                .map(step -> step.getFieldName() == null
                        ? "/" + step.getIndex()
                        : "/" + step.getFieldName().replace("~", "~0").replace("/", "~1"))
                .collect(Collectors.joining());
        JsonLocation found = locationOf(wanted);
        return found == null ? e.getLocation() : found;
    }

    private @Nullable JsonLocation locationOf(String pointer) throws IOException {
        try (JsonParser parser = YAML.createParser(text)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                boolean name = token == JsonToken.FIELD_NAME;
                if (name
                        && parser.getParsingContext().pathAsPointer().toString().equals(pointer)) {
                    return parser.currentTokenLocation();
                }
            }
        } catch (JsonProcessingException e) {
            // the file is broken further down: the caller has the parser's own place
            return null;
        }
        return null;
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
