package io.saddlebag.restore.request;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddlebag.fault.BackupException;
import io.saddlebag.restore.RestoreFault;
import io.saddlebag.restore.RestoreRequest;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads restore requests from YAML (W17). Nothing is touched: what names mean is checked by who carries them out. */
public final class RequestFile {
    /** Bytes. No request comes near; what is longer was dropped by mistake. */
    public static final int MAX_BYTES = 1 << 20;

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // a key that was left empty would mean the old places, the newest backup or everything: nobody may have
            // meant that
            .defaultSetterInfo(JsonSetter.Value.construct(Nulls.FAIL, Nulls.FAIL))
            .build();

    private RequestFile() {}

    /**
     * Reads the whole stream and leaves it open.
     *
     * @param file its name, for error messages
     * @param user who asks; null for a schedule
     * @throws BackupException {@link RestoreFault#BAD_REQUEST} naming file, line and what would be valid
     */
    public static RestoreRequest read(String file, InputStream yaml, @Nullable String user) throws IOException {
        byte[] bytes = yaml.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw bad(file + " is longer than " + MAX_BYTES + " bytes, which no restore request is", null);
        }
        try {
            RequestText text = bytes.length == 0 ? null : YAML.readValue(bytes, RequestText.class);
            if (text == null) {
                throw bad(file + " is empty", null);
            }
            return text.request(user);
        } catch (JsonProcessingException e) {
            throw bad(file + place(e) + ": " + said(e), e);
        } catch (CharConversionException e) {
            throw bad(file + " is not text in UTF-8: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw bad(file + ": " + e.getMessage(), e);
        }
    }

    private static String place(JsonProcessingException e) {
        // where the token begins: the exception's own place is where the parser has got to, a line or more behind
        JsonLocation at =
                e.getProcessor() instanceof JsonParser parser ? parser.currentTokenLocation() : e.getLocation();
        return at == null ? "" : ":" + at.getLineNr();
    }

    private static String said(JsonProcessingException e) {
        if (e instanceof InvalidNullException) {
            return key(e) + "it has no value; leave the key out for what goes without it";
        }
        if (e instanceof UnrecognizedPropertyException unknown) {
            String known = unknown.getKnownPropertyIds().stream()
                    .map(Object::toString)
                    .sorted()
                    .collect(Collectors.joining(", "));
            return "unknown key '" + unknown.getPropertyName() + "'; valid are " + known;
        }
        Throwable cause = e.getCause() instanceof IllegalArgumentException mistake ? mistake : e;
        String text = cause instanceof JsonProcessingException json ? json.getOriginalMessage() : cause.getMessage();
        return key(e) + text;
    }

    private static String key(JsonProcessingException e) {
        return e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()
                ? mapping.getPath().get(0).getFieldName() + ": "
                : "";
    }

    private static BackupException bad(String what, @Nullable Throwable cause) {
        return new BackupException(
                RestoreFault.BAD_REQUEST,
                what,
                "Mend the request and drop it again; docs/requests.md has examples.",
                cause);
    }
}
