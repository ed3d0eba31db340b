"""Settings: ``VOC_*`` environment variables, then ``voc.toml`` in the working folder, then these defaults."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import TYPE_CHECKING, Literal, TypeVar

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from voc.errors import SettingsError
from voc.language.registry import codes
from voc.locales import interface_languages

if TYPE_CHECKING:
    _AnyLanguage = str
    _AnyInterfaceLanguage = str
else:
    _AnyLanguage = Literal["auto", *codes()]
    _AnyInterfaceLanguage = Literal["auto", *interface_languages()]


def _cache_home() -> Path:
    import os

    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "voc"


class Settings(BaseSettings):
    """Every setting with its meaning; ``voc doctor`` prints the ones in force."""

    model_config = SettingsConfigDict(env_prefix="VOC_", toml_file="voc.toml", extra="ignore")

    home: Path = Field(default=Path(".voc"), description="Folder of the default database, blobs and work queue.")
    database_url: str | None = Field(default=None, description="SQLAlchemy URL; default sqlite in `home`.")
    blobs_url: str | None = Field(default=None, description="fsspec URL of the recordings; default a folder in `home`.")
    models_dir: Path = Field(default_factory=lambda: _cache_home() / "models", description="Where pulled weights live.")
    models_source: Path | None = Field(default=None, description="Folder searched for weights before any network.")
    whisper_model: str = Field(
        default="base", description="Transcription model: base, small, large-v3-turbo, or a folder (CTranslate2)."
    )
    device: Literal["auto", "cpu", "cuda"] = Field(
        default="auto", description="Where recordings are transcribed: a CUDA device (float16) if there is one, or not."
    )
    model_idle_minutes: float = Field(
        default=15, ge=0, description="Minutes without a recording after which its model leaves memory; 0 = never."
    )
    hotwords: str = Field(
        default="",
        description="Words recordings are full of and a model does not know, comma-separated, or a file with one a"
        " line; VOC_BRANDS are expected too.",
    )
    language: _AnyLanguage = Field(default="auto", description="Force the language of everything.")
    speakers: Literal["auto", "1", "2", "3", "4", "5", "6"] = Field(
        default="auto", description="People who speak in a recording of one channel; auto = as many as are heard."
    )
    tone: Literal["customer", "all", "off"] = Field(
        default="customer",
        description="Whose voices are scored: the customer's, everybody's (in the EU staff's may not be), nobody's.",
    )
    brands: str = Field(
        default="",
        description="Names of the company, its products, shops and places, comma-separated: never masked as people.",
    )
    redaction: Literal["standard", "strict", "off"] = Field(
        default="standard",
        description="What is masked: who somebody is (standard), also places, dates and ages (strict), nothing (off:"
        " texts are then shown to nobody but analysts).",
    )
    recognisers: Path | None = Field(
        default=None, description="A Presidio recognisers file (YAML) asked beside voc's own recognisers."
    )
    pseudonym_salt: str | None = Field(
        default=None, description="Gives masks stable stand-ins, [PERSON k3x7qa], under this secret; default none."
    )
    default_region: str = Field(default="FR", description="Region of phone numbers written without a country code.")
    own_numbers: str = Field(
        default="", description="The company's own phone numbers, comma-separated: they never name a customer."
    )
    own_addresses: str = Field(
        default="",
        description="The company's e-mail domains and addresses, comma-separated: what they write is no customer's"
        " words.",
    )
    own_agents: str = Field(
        default="",
        description="Names and accounts of those who answer customers, comma-separated, or a file with one a line;"
        " names that hold one of VOC_BRANDS are theirs too.",
    )
    recording_names: str = Field(
        default="",
        description="Regular expression with named groups (date, time, caller, called, direction, agent, id …) for the"
        " names of recordings, or a file with one a line; those of the usual systems are known.",
    )
    time_zone: str = Field(
        default="UTC",
        description="Zone of dates that files write without one, and of the days digests are sent on, like"
        " Europe/Paris.",
    )
    workers: int = Field(default=1, ge=0, description="Worker processes started by `voc serve`.")
    threads: int = Field(default=0, ge=0, description="Threads a worker's models use; 0 = all cores.")
    max_upload_mb: int = Field(default=2048, gt=0, description="Largest accepted upload, MB.")
    host: str = Field(default="127.0.0.1", description="Address `voc serve` binds to.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port `voc serve` binds to.")
    allowed_hosts: str = Field(
        default="", description="Host names the server answers to, comma-separated; empty = any, once keys exist."
    )
    public_url: str = Field(
        default="",
        description="Address under which people reach the pages, https://voc.example.com: links of mails begin with"
        " it; empty = http://HOST:PORT.",
    )
    writer_url: str = Field(
        default="",
        description="Address of a model that may phrase the sentences of a digest, as OpenAI's API has it, up to /v1;"
        " it gets figures and names of subjects alone; empty = none.",
    )
    writer_model: str = Field(default="", description="Name of that model, as its server calls it.")
    writer_key: str = Field(default="", description="Key that is sent to it.")
    smtp_url: str = Field(
        default="",
        description="Mail server: smtp://user:password@mail.example.com:587 (STARTTLS where it is offered; a password"
        " goes no other way to another machine) or smtps://…:465; empty = no mails.",
    )
    mail_from: str = Field(default="", description="Sender of mails: `Voice of the customer <voc@example.com>`.")
    outbound_allow: str = Field(
        default="",
        description="Private places that webhooks, trackers and sources may reach, comma-separated: host names,"
        " addresses, networks (10.0.0.0/8), or * for all; empty = none.",
    )
    ui_language: _AnyInterfaceLanguage = Field(default="auto", description="Language of the pages and digest.")
    topic_packs: str = Field(
        default="",
        description="Topic packs in force beside core, comma-separated: bank, energy, hospitality, insurance, media,"
        " public_services, retail, telecom, transport, or YAML files; empty = those taken with `voc topics take`.",
    )
    taxonomy: Path | None = Field(default=None, description="One topic taxonomy YAML in place of all packs.")
    categories: Path | None = Field(default=None, description="Call categories YAML; default the one shipped.")
    pressure: Path | None = Field(
        default=None, description="Tolerance of contact pressure by segment, YAML; default the one shipped."
    )
    repeat_days: int = Field(
        default=14, gt=0, le=365, description="A contact about the same topic within this many days is a repeat."
    )
    lookalikes: bool = Field(default=True, description="Suggest attributes of thin customers from similar ones.")
    lookalikes_exclude: str = Field(
        default="", description="Attributes never suggested, comma-separated, beside the sensitive ones."
    )
    erase: Literal["interactions", "personal"] = Field(
        default="interactions",
        description="What erasing a customer removes: their interactions whole, or their personal part alone.",
    )
    erased_people: Literal["refuse", "allow"] = Field(
        default="refuse", description="What becomes of rows of erased people in files that come in later."
    )
    tombstone_salt: str | None = Field(
        default=None, description="Key of the hashes that remember who was erased; made and kept when unset."
    )
    tombstones: Path | None = Field(
        default=None, description="File of those hashes, apart from the database; default in `home`."
    )
    consent_required: str = Field(
        default="", description="Purposes (calls, tone, marketing) that need a yes: unknown consent counts as a no."
    )
    retention_audio: str = Field(default="", description="Days recordings are kept, by channel: `call=90` or `*=365`.")
    retention_text: str = Field(default="", description="Days words and names are kept: `email=730, *=1095`.")
    retention_uploads: int = Field(
        default=0,
        ge=0,
        description="Days a file with refused rows, and the name of a thing that a source's quarantine holds, are kept;"
        " 0 = no limit.",
    )
    customer_value: str = Field(
        default="", description="Column of the customer base that says what a customer is worth; empty = guessed."
    )
    source_secrets: Path | None = Field(
        default=None, description="Folder of the files that secrets of sources are read from; default `home`/secrets."
    )
    source_folders: str = Field(
        default="",
        description="Folders that sources may watch, with what lies below, comma-separated; empty = any, named by"
        " admins alone.",
    )
    sentiment_model: str = Field(
        default="",
        description="Sequence classifier used for sentiment instead of ours: a hub id or a folder (extra: torch).",
    )
    sentiment_labels: str = Field(
        default="",
        description="What its labels mean, when their names do not say: LABEL_0=negative,LABEL_1=positive.",
    )
    learn_from: int = Field(
        default=0,
        ge=0,
        description="Corrections since the last time from which a worker refits the models by itself; 0 = never.",
    )
    secret: str | None = Field(default=None, description="Signs session cookies; generated into `home` when unset.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls))

    @property
    def address(self) -> str:
        """Where the pages are reached, without a slash at the end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def database(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{(self.home / 'voc.db').resolve()}"

    @property
    def blobs(self) -> str:
        """The blob store URL in force."""
        return self.blobs_url or str((self.home / "blobs").resolve())


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings in force in this process, read once (``settings.cache_clear()`` re-reads)."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]
        name = "_".join(str(part) for part in wrong["loc"])
        raise SettingsError(f"VOC_{name.upper()}: {wrong['msg']}; correct the variable or voc.toml.") from error
    except TOMLDecodeError as error:
        raise SettingsError(f"voc.toml: is not valid TOML ({error}); correct it.") from error


Rules = TypeVar("Rules")


def rules_of(path: Path, load: Callable[[Path, int], Rules], *, setting: str) -> Rules:
    """What ``load`` makes of the YAML file that a setting names, given when it was last changed (ns since 1970), so
    that what is kept of it is made anew once it changes.

    Raises:
        SettingsError: there is no such file, or it may not be read.
    """
    try:
        return load(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise SettingsError(f"{setting}: {path} cannot be read ({error.strerror}); name a YAML file.") from error
