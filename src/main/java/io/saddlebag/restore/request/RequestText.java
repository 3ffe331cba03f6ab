package io.saddlebag.restore.request;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.saddlebag.catalog.BackupId;
import io.saddlebag.database.RestorableObject;
import io.saddlebag.recovery.Failover;
import io.saddlebag.recovery.Medium;
import io.saddlebag.recovery.Until;
import io.saddlebag.restore.BackupSelector;
import io.saddlebag.restore.NewName;
import io.saddlebag.restore.PathMapping;
import io.saddlebag.restore.RestoreChoices;
import io.saddlebag.restore.RestoreRequest;
import io.saddlebag.tapeoption.Prompt;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A request file's keys, each checked where it stands. Not a record: those are filled at the end of the file only, and an
 * unknown key would be reported there.
 */
final class RequestText {
    @JsonProperty
    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
    private @Nullable List<Name> restore;

    @JsonProperty
    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
    private @Nullable List<Id> backup;

    @JsonProperty
    private @Nullable Time asOf;

    @JsonProperty
    private @Nullable Point until;

    @JsonProperty
    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
    private @Nullable List<MediumName> media;

    @JsonProperty
    private @Nullable Turn failover;

    @JsonProperty
    private @Nullable Boolean force;

    @JsonProperty("switch")
    private @Nullable Boolean switched;

    @JsonProperty
    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
    private @Nullable List<Renaming> newname;

    @JsonProperty
    private @Nullable Name database;

    @JsonProperty
    private @Nullable Place to;

    @JsonProperty
    private @Nullable Existing existing;

    @JsonProperty
    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
    private @Nullable List<ObjectName> objects;

    @JsonProperty
    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
    private @Nullable List<Mapping> map;

    @JsonProperty
    private @Nullable Boolean devices;

    @JsonProperty
    private @Nullable Asked prompt;

    RestoreRequest request(@Nullable String user) {
        return new RestoreRequest(
                selectors(),
                objects == null
                        ? List.of()
                        : objects.stream().map(ObjectName::text).toList(),
                to == null ? null : to.path(),
                existing == null ? RestoreRequest.Existing.REPLACE : existing.value(),
                database == null ? null : database.text(),
                user,
                prompt == null ? Prompt.OPERATOR : prompt.who(),
                map == null ? List.of() : map.stream().map(Mapping::mapping).toList(),
                Boolean.FALSE.equals(devices) ? RestoreRequest.Powers.LEFT_OUT : RestoreRequest.Powers.AS_BACKED_UP,
                choices());
    }

    private RestoreChoices choices() {
        RestoreChoices choices = unswitched();
        return Boolean.TRUE.equals(switched) ? choices.switched() : choices;
    }

    private RestoreChoices unswitched() {
        return new RestoreChoices(
                media == null
                        ? Medium.ANY
                        : media.stream().map(MediumName::medium).collect(Collectors.toSet()),
                failover == null ? null : failover.way(),
                Boolean.TRUE.equals(force) ? RestoreChoices.InPlace.RESTORED : RestoreChoices.InPlace.LEFT_ALONE,
                newname == null
                        ? List.of()
                        : newname.stream().map(Renaming::name).toList());
    }

    private List<BackupSelector> selectors() {
        if ((restore == null || restore.isEmpty()) == (backup == null || backup.isEmpty())) {
            throw new IllegalArgumentException(
                    "it has to say either 'restore', the name of what was backed up, or 'backup', the numbers of backups");
        }
        if (backup != null && !backup.isEmpty()) {
            if (asOf != null || until != null) {
                throw new IllegalArgumentException("'" + (asOf != null ? "asOf" : "until")
                        + "' goes with 'restore'; 'backup' names the backup itself");
            }
            return backup.stream().map(Id::selector).toList();
        }
        if (asOf != null && until != null) {
            throw new IllegalArgumentException("'asOf' and 'until' say the same; one is valid");
        }
        Until bound = asOf != null ? new Until.Time(asOf.instant()) : until == null ? null : until.point();
        return java.util.Objects.requireNonNull(restore).stream()
                .map(name -> BackupSelector.of(name.text(), bound))
                .toList();
    }

    private static String scalar(JsonNode value) {
        if (!value.isValueNode() || value.isNull()) {
            throw new IllegalArgumentException("a single value is wanted here");
        }
        return value.asText();
    }

    record Name(String text) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        static Name of(JsonNode value) {
            return new Name(scalar(value));
        }

        Name {
            if (text.isBlank()) {
                throw new IllegalArgumentException("a name is not empty");
            }
        }
    }

    record Id(String text) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        static Id of(JsonNode value) {
            return new Id(scalar(value));
        }

        Id {
            BackupId.parse(text);
        }

        BackupSelector selector() {
            return new BackupSelector.ById(BackupId.parse(text));
        }
    }

    record Time(String text) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        static Time of(JsonNode value) {
            return new Time(scalar(value));
        }

        Time {
            parse(text);
        }

        Instant instant() {
            return parse(text);
        }

        private static Instant parse(String text) {
            try {
                return Instant.parse(text);
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException(
                        "'" + text + "' is not a time; valid is such as 2026-01-31T12:00:00Z", e);
            }
        }
    }

    record Point(Until point) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        static Point of(JsonNode value) {
            return new Point(Until.parse(scalar(value)));
        }
    }

    record MediumName(Medium medium) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        static MediumName of(JsonNode value) {
            Set<Medium> named = Medium.parse(scalar(value));
            if (named.size() != 1) {
                throw new IllegalArgumentException("one medium is wanted here; several are a list");
            }
            return new MediumName(named.iterator().next());
        }
    }

    record Turn(Failover way) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        static Turn of(JsonNode value) {
            return new Turn(Failover.parse(scalar(value)));
        }
    }

    record Place(String text) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        static Place of(JsonNode value) {
            return new Place(scalar(value));
        }

        Place {
            if (!text.startsWith("/") || text.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("'" + text + "' is not an absolute path, such as /srv/orders/base");
            }
        }

        Path path() {
            return Path.of(text);
        }
    }

    record ObjectName(String text) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        static ObjectName of(JsonNode value) {
            String text = scalar(value);
            return new ObjectName(
                    RestorableObject.isWord(text)
                            ? text
                            : new Place(text).path().toString());
        }
    }

    record Renaming(NewName name) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        static Renaming of(JsonNode value) {
            return new Renaming(NewName.parse(scalar(value)));
        }
    }

    record Mapping(PathMapping mapping) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        static Mapping of(JsonNode value) {
            return new Mapping(PathMapping.parse(scalar(value)));
        }
    }

    record Asked(Prompt who) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        static Asked of(JsonNode value) {
            return new Asked(Prompt.parse(scalar(value)));
        }
    }

    record Existing(String text) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        static Existing of(JsonNode value) {
            return new Existing(scalar(value));
        }

        Existing {
            parse(text);
        }

        RestoreRequest.Existing value() {
            return parse(text);
        }

        private static RestoreRequest.Existing parse(String text) {
            for (RestoreRequest.Existing way : RestoreRequest.Existing.values()) {
                if (way.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(text)) {
                    return way;
                }
            }
            throw new IllegalArgumentException(
                    "'" + text + "' is not a way to treat what exists; valid are replace, keep, keep-newer, rename");
        }
    }
}
