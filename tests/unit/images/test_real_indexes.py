"""Indexes of well-known images, and what containerd takes of them.

Every index is written down as facts: what it lists, in its order. The document that a registry sends is made of them again, and its SHA-256
is the digest by which the image is known, so nothing here can be mistaken. What a node gets follows from the source of containerd: first
what ``platforms.Only`` tries, on Windows what the version rule lets run.
"""

from __future__ import annotations

import collections
import hashlib
import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from kubecontainers.images.index import ImageIndex
from kubecontainers.images.media_types import DOCKER_MANIFEST, DOCKER_MANIFEST_LIST, OCI_INDEX, OCI_MANIFEST
from kubecontainers.images.platform import Platform
from kubecontainers.images.preflight import preflight
from kubecontainers.images.select_manifest import SelectionReason, select_manifest

JSON = dict[str, Any]


class Listed(NamedTuple):
    """An entry of an index: ``os/architecture/variant`` and the version of Windows, the size in bytes, the SHA-256."""

    platform: str
    size: int
    digest: str
    annotations: JSON | None = None


class Published(NamedTuple):
    """An index as it was published: the SHA-256 of its document, how that is written, and its entries."""

    digest: str
    encode: Callable[[JSON], bytes]
    entries: list[Listed]
    media_type: str = DOCKER_MANIFEST_LIST

    @property
    def document(self) -> bytes:
        manifest = DOCKER_MANIFEST if self.media_type == DOCKER_MANIFEST_LIST else OCI_MANIFEST
        return self.encode({"schemaVersion": 2, "mediaType": self.media_type, "manifests": [entry(manifest, one) for one in self.entries]})


def entry(media_type: str, listed: Listed) -> JSON:
    names, _, version = listed.platform.partition(" ")
    system, architecture, variant = (*names.split("/"), "")[:3]
    platform = {"architecture": architecture, "os": system, "os.version": version, "variant": variant}
    return {
        "mediaType": media_type,
        "size": listed.size,
        "digest": f"sha256:{listed.digest}",
        "platform": {name: value for name, value in platform.items() if value},
        **({"annotations": listed.annotations} if listed.annotations else {}),
    }


def as_docker_writes(document: JSON) -> bytes:
    """As ``docker manifest push`` writes it."""
    return json.dumps(document, indent=3).encode()


def as_docker_hub_writes(document: JSON) -> bytes:
    """As Docker's official images are written: keys sorted, no space, slashes escaped."""
    return json.dumps(document, sort_keys=True, separators=(",", ":")).replace("/", "\\/").encode()


# registry.k8s.io/pause:3.8, as containerd names it when it pulls the sandbox image: pause@sha256:90011850…
PAUSE = Published(
    "9001185023633d17a2f98ff69b6ff2615b8ea02a825adffa40422f51dfdcde9d",
    as_docker_writes,
    [
        Listed("linux/amd64", 526, "f5944f2d1daf66463768a1503d0c8c5e8dde7c1674d3f85abc70cef9c7e32e95"),
        Listed("linux/arm/v7", 526, "27295ffe5a75328e8230ff9bcabe2b54ebb9079ff70344d73a7b7c7e163ee1a6"),
        Listed("linux/arm64", 526, "566af08540f378a70a03588f3963b035f33c49ebab3e4e13a4f5edbcd78c6689"),
        Listed("linux/ppc64le", 526, "2f205253a51c641263b155d48460ee2056c5b5013f8239ae3811792ec63b3546"),
        Listed("linux/s390x", 526, "7eaeb31509d7f370599ef78d55956e170eafb7f4a75b8dc14b5c06071d13aae0"),
        Listed("windows/amd64 10.0.17763.2928", 1969, "78bfb9d8999c190fca79871c4b2f8d69d94a0605266f0bbb2dbaa1b6dfd03720"),
        Listed("windows/amd64 10.0.19042.1706", 1969, "9d05676469a08d6dba9889297333b7d1768e44e38075ab5350a4f8edd97f5be1"),
        Listed("windows/amd64 10.0.20348.707", 1969, "e8fb66bcfe1a85ec1299652d28e6f7f9cfbb01d33c6260582a42971d30dcb77d"),
    ],
)

# hello-world:latest of 2022; the end-to-end tests of ORAS hold its index and its digest
HELLO_WORLD = Published(
    "7d246653d0511db2a6b2e0436cfd0e52ac8c066000264b3ce63331ac66dca625",
    as_docker_hub_writes,
    [
        Listed("linux/amd64", 525, "f54a58bc1aac5ea1a25d796ae155dc228b3f0e11d046ae276b39c4bf2f13d8c4"),
        Listed("linux/arm/v5", 525, "7b8b7289d0536a08eabdf71c20246e23f7116641db7e1d278592236ea4dcb30c"),
        Listed("linux/arm/v7", 525, "f130bd2d67e6e9280ac6d0a6c83857bfaf70234e8ef4236876eccfbd30973b1c"),
        Listed("linux/arm64/v8", 525, "432f982638b3aefab73cc58ab28f5c16e96fdb504e8c134fc58dff4bae8bf338"),
        Listed("linux/386", 525, "995efde2e81b21d1ea7066aa77a59298a62a9e9fbb4b77f36c189774ec9b1089"),
        Listed("linux/mips64le", 525, "eb11b1a194ff8e236a01eff392c4e1296a53b0fb4780d8b0382f7996a15d5392"),
        Listed("linux/ppc64le", 525, "b836bb24a270b9cc935962d8228517fde0f16990e88893d935efcb1b14c0017a"),
        Listed("linux/riscv64", 525, "98c9722322be649df94780d3fbe594fce7996234b259f27eac9428b84050c849"),
        Listed("linux/s390x", 525, "c7b6944911848ce39b44ed660d95fb54d69bbd531de724c7ce6fc9f743c0b861"),
        Listed("windows/amd64 10.0.20348.887", 1125, "3624dfaed3b147d49409b0306a2faedfc8da7117b1b59d81714632cef2367e57"),
        Listed("windows/amd64 10.0.17763.3287", 1125, "f220cf100ada1cad5d2c1ce8aa6765da9a261f4cb3911ba5a1bf039769fa117b"),
    ],
)

# debian:bullseye-20221004, debian:latest then; .NET's notes on the API of Docker Hub show the index, docker pull printed the digest
DEBIAN = Published(
    "e538a2f0566efc44db21503277c7312a142f4d0dedc5d2886932b92626104bff",
    as_docker_hub_writes,
    [
        Listed("linux/amd64", 529, "9b0e3056b8cd8630271825665a0613cc27829d6a24906dc0122b3b4834312f7d"),
        Listed("linux/arm/v5", 529, "b176e92c806bbf28465bb830a8e2329be9db6b77bc764a337d06b3444d3fa5dc"),
        Listed("linux/arm/v7", 529, "cdd230199482970078c9f0a9914cae8f558c128050a8e2ac60849ebd307f1e45"),
        Listed("linux/arm64/v8", 529, "75ba88a40235cbcaa70686e0e63394b435e0a7f4497fa38f88277c4d43f2c384"),
        Listed("linux/386", 529, "64ee4b015289e31457dfb6ef3137030b9ba246062cfb71f9d2e7a989d81e3549"),
        Listed("linux/mips64le", 529, "6c1349eb961f49f5f43109350a80607bc6c7ac29cd4e1096dea28686839b22d8"),
        Listed("linux/ppc64le", 529, "70ec4f50ad65c06fab56aaaba32be2aef7b13bb5bc969ad09ae9c78400cc316d"),
        Listed("linux/s390x", 529, "8ff6cc915cf8a871aa5f6aae2335d9fa43769a5b2a65c72a15605549f3b075a4"),
    ],
)

# python:3.11.5, of 2023; Kubernetes' KEP-4216 (image pull per runtime class) shows the index
PYTHON = Published(
    "cc7372fe4746ca323f18c6bd0d45dadf22d192756abc5f73e39f9c7f10cba5aa",
    as_docker_hub_writes,
    [
        Listed("linux/amd64", 2007, "8a164692c20c8f51986d25c16caa6bf03bde14e4b6e6a4c06b5437d5620cc96c"),
        Listed("linux/arm/v5", 2007, "ceac4b5b55ccba7b742e0a2d2765711c44cd228d1a990018a07b94b48c59577e"),
        Listed("linux/arm/v7", 2007, "ea4f4ff16827bdc8e019284f964a397968c3769cc6534502009ff9516bd8c4f4"),
        Listed("linux/arm64/v8", 2007, "20d0d27bf4b7998f6deaa523de3f5dd5298d7b53e7e02adccb9b7df183b638c2"),
        Listed("linux/386", 2007, "717a9c1bdff7cd9e9ca31de78d7ffbdb3fb6f2b5d43f9cb3e75b21d48fd638c0"),
        Listed("linux/ppc64le", 2007, "732c0cf2c0a6cf206bb7ea71232bfec5075a8af25f1da05628959c8cdc6205f6"),
        Listed("linux/s390x", 2007, "f265d2f398ffce7252d6162ead0bc802afad2de309cf662ec16645d1e0e85564"),
        Listed("windows/amd64 10.0.20348.1970", 2831, "53c5f0dd905eef3899284d845431ccaa1045f97fc205edd87dfc2151c4331980"),
        Listed("windows/amd64 10.0.17763.4851", 2831, "5981df14a07aaa7fe0c7d80a4c61f33f4ad4d8d29a346fd1b2cacf090b3de8c2"),
    ],
)

# alpine:3.14.0, of June 2021; docker pull printed the digest
ALPINE = Published(
    "234cb88d3020898631af0ccbbcca9a66ae7306ecd30c9720690858c1b007d2a0",
    as_docker_hub_writes,
    [
        Listed("linux/amd64", 528, "1775bebec23e1f3ce486989bfc9ff3c4e951690df84aa9f926497d82f2ffca9d"),
        Listed("linux/arm/v6", 528, "1f66b8f3041ef8575260056dedd437ed94e7bfeea142ee39ff0d795f94ff2287"),
        Listed("linux/arm/v7", 528, "8d99168167baa6a6a0d7851b9684625df9c1455116a9601835c2127df2aaa2f5"),
        Listed("linux/arm64/v8", 528, "53b74ddfc6225e3c8cc84d7985d0f34666e4e8b0b6892a9b2ad1f7516bc21b54"),
        Listed("linux/386", 528, "52a197664c8ed0b4be6d3b8372f1d21f3204822ba432583644c9ce07f7d6448f"),
        Listed("linux/ppc64le", 528, "b421672fe4e74a3c7eff2775736e854d69e8d38b2c337063f8699de9c408ddd3"),
        Listed("linux/s390x", 528, "8a22269106a31264874cc3a719c1e280e76d42dff1fa57bd9c7fe68dab574023"),
    ],
)

OCI = "org.opencontainers.image."
ARCH = "com.docker.official-images.bashbrew.arch"


class Built(NamedTuple):
    """An official image of one platform, and the attestation that BuildKit listed behind it."""

    platform: str
    arch: str
    size: int
    digest: str
    created: str
    base: str
    attestation: str

    def listed(self, name: str, version: str, repository: str, directory: str, revision: str) -> list[Listed]:
        image = {
            ARCH: self.arch,
            f"{OCI}base.digest": f"sha256:{self.base}",
            f"{OCI}base.name": "debian:trixie-slim",
            f"{OCI}created": self.created,
            f"{OCI}revision": revision,
            f"{OCI}source": f"{repository}#{revision}:{directory}",
            f"{OCI}url": f"https://hub.docker.com/_/{name}",
            f"{OCI}version": version,
        }
        attests = {
            ARCH: self.arch,
            "vnd.docker.reference.digest": f"sha256:{self.digest}",
            "vnd.docker.reference.type": "attestation-manifest",
        }
        return [Listed(self.platform, self.size, self.digest, image), Listed("unknown/unknown", 841, self.attestation, attests)]


POSTGRES_REVISION = "2603e26e245e558218728ee14e0a42dcb020dc7f"
POSTGRES_BUILDS = [
    Built(
        "linux/amd64",
        "amd64",
        3628,
        "e31e3d5327d1806f6177827c9710643e4f35f7ab3f14d26d05332753d3e95ee0",
        "2026-09-19T00:35:55Z",
        "7792b1f7702a86946cd518db72b6a407302c3e9bc1635634368b878189e8221c",
        "2ca48abe6ef9fb9fda600a9198bddb14784a87cd653a364631916831168b938f",
    ),
    Built(
        "linux/arm/v5",
        "arm32v5",
        3629,
        "9b6d2e9b55335c9909a929c463a906a82a5cc9cf4302f87c44269c1aa4173d47",
        "2026-09-19T00:41:08Z",
        "3405f5ef07b562ef1977c29a729f4b800f5565c96c7c7593780ac3729029f9f8",
        "9ed0d522a7775bef984ee7620b5a3da8a0fa40f8e472a400b3969d41bd8644a0",
    ),
    Built(
        "linux/arm/v7",
        "arm32v7",
        3629,
        "b635c790d35ec6ca6b2ad7ce115c6e2500610168b236b7ced090b53cae837a3c",
        "2026-09-19T01:12:59Z",
        "36fb0164b892c70d3f7e84d2650f0550276f6099381cce5f2d15de87271709f4",
        "e84821b83861dcdc2c1abb7d4be0c2e21cd59ed33eba6da965492ff2285ba603",
    ),
    Built(
        "linux/arm64/v8",
        "arm64v8",
        3630,
        "86fa57b44a1d38f09970f64ac71eb492f7a9cf94d08b85e1c8f07bb0fc0a1761",
        "2026-09-19T00:38:22Z",
        "da496358bd6934d2bd6a563a33176a2e50eff5490c54b4ac6fb051b69fef4071",
        "32350a9fb589b9fd6648d8dd9ed3a8871f0f8c8734f1db3e72e94e458c4c2c11",
    ),
    Built(
        "linux/386",
        "i386",
        3626,
        "8e61732943bd1812876cedbc1219744e1f741d41bc3929ed1dd9f0fd9b334a50",
        "2026-09-19T00:38:52Z",
        "925b2e26c366e1666a32f47809d3428de3db478ea5ef6bcd73c3d54a415c9285",
        "17c1d3a29c6dfec97603c0b0d5d3925307a947c491fbcb015aba7291b0513da3",
    ),
    Built(
        "linux/ppc64le",
        "ppc64le",
        3630,
        "5902b512844acd01fad5667398e6e24e730406c7bcf0b748bb38d0182f71003c",
        "2026-09-19T02:52:18Z",
        "d7dc605ae51866ab640be68806bb01896966ef6089ddf1861a1b758774903c7c",
        "1703de522c0456d074966a27ac1d189cbb90777eec371d3d9f0c508290a1d729",
    ),
    Built(
        "linux/riscv64",
        "riscv64",
        3629,
        "cbc6b27fc0a255576fd004f1334ea16f7b5b065c368e721d6fb9c8417e404570",
        "2026-08-26T16:20:07Z",
        "fea8b6ee7f2ce6ac14cc629f0c4af17df0d33a6796798a0c73a9e44eb4ddbb9a",
        "bf882334b82a7bf155029b198b584dced38421a7e48fc561494a0020900dfdd8",
    ),
    Built(
        "linux/s390x",
        "s390x",
        3628,
        "33b944ae19be3c19293d7592789c56a6c7808b552a38e78e440904a57d19d570",
        "2026-09-19T00:40:03Z",
        "c0519c2c1a61f37ec112cd0a4ee700071b1067b59c3b4409726975aeb5b9ebc9",
        "e2b19c8069f8e33f1042c22d5b5b9c8aeb0f49d4e0333e3037f79919f30aba7c",
    ),
]

# postgres:17.11, of September 2026, as pinned by digest in many a compose file
POSTGRES = Published(
    "f4c66b820c6f974249089d3d16d86a3698eae11e8746eb6644b2271031e91232",
    as_docker_hub_writes,
    [
        listed
        for build in POSTGRES_BUILDS
        for listed in build.listed("postgres", "17.11", "https://github.com/docker-library/postgres.git", "17/trixie", POSTGRES_REVISION)
    ],
    OCI_INDEX,
)

# nginx 1.29.5, of February 2026: the index of the one image for amd64, by its digest
NGINX_REVISION = "ffe72978e08c5b0dacecd604e528f6d0741a9ae5"
NGINX_OF_AMD64 = Published(
    "a45c5523b043174617cac9bda33134956c14e9add96fcacca1da36278aadbaba",
    as_docker_hub_writes,
    Built(
        "linux/amd64",
        "amd64",
        2290,
        "514a9c2814250e61396ef4d6125ece1a8fbb3b0964a2ab441e9f7acf0b66b8b5",
        "2026-02-04T23:52:22Z",
        "346fa035ca82052ce8ec3ddb9df460b255507acdeb1dc880a8b6930e778a553c",
        "32923807439461f47e92b606f5fe670b1791b407c62a6b4648b38f7659c034be",
    ).listed("nginx", "1.29.5", "https://github.com/nginx/docker-nginx.git", "mainline/debian", NGINX_REVISION),
    OCI_INDEX,
)

IMAGES = {
    "pause": PAUSE,
    "hello-world": HELLO_WORLD,
    "debian": DEBIAN,
    "python": PYTHON,
    "alpine": ALPINE,
    "postgres": POSTGRES,
    "nginx": NGINX_OF_AMD64,
}

SERVER_2016 = "windows/amd64 10.0.14393"
SERVER_2019 = "windows/amd64 10.0.17763"
SERVER_2022 = "windows/amd64 10.0.20348"
SERVER_2025 = "windows/amd64 10.0.26100"


def node(text: str) -> Platform:
    names, _, version = text.partition(" ")
    return Platform(*names.split("/"), os_version=version)


@pytest.mark.parametrize("name", IMAGES)
def test_the_document_has_the_digest_of_the_image(name: str) -> None:
    assert hashlib.sha256(IMAGES[name].document).hexdigest() == IMAGES[name].digest


@pytest.mark.parametrize("name", IMAGES)
def test_everything_is_read(name: str) -> None:
    image = IMAGES[name]
    index = ImageIndex.parse(image.document, media_type=image.media_type)
    assert index.media_type == image.media_type
    assert index.to_json() == json.loads(image.document)
    for read, listed in zip(index.manifests, image.entries, strict=True):
        assert (read.digest, read.size, read.platform) == (f"sha256:{listed.digest}", listed.size, node(listed.platform))


@pytest.mark.parametrize(
    ("name", "of", "expected"),
    [
        # Kubernetes' own: no arm but v7, no variant with arm64
        ("pause", "linux/amd64", "linux/amd64"),
        ("pause", "linux/amd64/v4", "linux/amd64"),
        ("pause", "linux/arm/v7", "linux/arm/v7"),
        ("pause", "linux/arm", "linux/arm/v7"),
        ("pause", "linux/arm/v8", "linux/arm/v7"),
        ("pause", "linux/arm64", "linux/arm64"),
        ("pause", "linux/arm64/v8", "linux/arm64"),
        ("pause", "linux/arm64/v8.2", "linux/arm64"),
        ("pause", "linux/arm64/v9", "linux/arm64"),
        ("pause", "linux/ppc64le", "linux/ppc64le"),
        ("pause", "linux/s390x", "linux/s390x"),
        ("pause", SERVER_2019, "windows/amd64 10.0.17763.2928"),
        ("pause", "windows/amd64 10.0.17763.5122", "windows/amd64 10.0.17763.2928"),
        ("pause", "windows/amd64 10.0.19042.1052", "windows/amd64 10.0.19042.1706"),
        ("pause", SERVER_2022, "windows/amd64 10.0.20348.707"),
        ("pause", "windows/amd64 10.0.25398.830", "windows/amd64 10.0.20348.707"),
        ("pause", SERVER_2025, "windows/amd64 10.0.20348.707"),
        ("pause", "windows/amd64", "windows/amd64 10.0.20348.707"),  # of unknown version: all run, the greatest text is first
        # every architecture of Docker's official images, two builds of Windows
        ("hello-world", "linux/386", "linux/386"),
        ("hello-world", "linux/amd64/v2", "linux/amd64"),
        ("hello-world", "linux/arm/v5", "linux/arm/v5"),
        ("hello-world", "linux/arm/v6", "linux/arm/v5"),
        ("hello-world", "linux/arm/v7", "linux/arm/v7"),
        ("hello-world", "linux/arm64", "linux/arm64/v8"),
        ("hello-world", "linux/mips64le", "linux/mips64le"),
        ("hello-world", "linux/riscv64", "linux/riscv64"),
        ("hello-world", SERVER_2019, "windows/amd64 10.0.17763.3287"),
        ("hello-world", SERVER_2022, "windows/amd64 10.0.20348.887"),
        ("hello-world", SERVER_2025, "windows/amd64 10.0.20348.887"),
        ("debian", "linux/arm64/v8.5", "linux/arm64/v8"),
        ("debian", "linux/arm64/v9.7", "linux/arm64/v8"),
        ("debian", "linux/arm/v6", "linux/arm/v5"),
        ("debian", "linux/arm/v9", "linux/arm/v7"),
        ("debian", "Linux/x86_64", "linux/amd64"),
        ("debian", "linux/aarch64", "linux/arm64/v8"),
        ("debian", "linux/armhf", "linux/arm/v7"),
        ("debian", "linux/i386", "linux/386"),
        ("python", "linux/amd64", "linux/amd64"),
        ("python", "linux/arm64", "linux/arm64/v8"),
        ("python", SERVER_2019, "windows/amd64 10.0.17763.4851"),
        ("python", SERVER_2022, "windows/amd64 10.0.20348.1970"),
        ("python", "windows/amd64 10.0.26099", "windows/amd64 10.0.20348.1970"),
        # the one here with arm v6
        ("alpine", "linux/arm/v6", "linux/arm/v6"),
        ("alpine", "linux/arm/v7", "linux/arm/v7"),
        ("alpine", "linux/arm/v8", "linux/arm/v7"),
        ("alpine", "linux/armel", "linux/arm/v6"),
        ("alpine", "linux/arm64", "linux/arm64/v8"),
        # attestations stand between the images, for the platform unknown/unknown
        ("postgres", "linux/amd64", "linux/amd64"),
        ("postgres", "linux/386", "linux/386"),
        ("postgres", "linux/arm/v6", "linux/arm/v5"),
        ("postgres", "linux/arm/v7", "linux/arm/v7"),
        ("postgres", "linux/arm64/v8", "linux/arm64/v8"),
        ("postgres", "linux/riscv64", "linux/riscv64"),
        ("postgres", "linux/s390x", "linux/s390x"),
        ("nginx", "linux/amd64", "linux/amd64"),
        ("nginx", "linux/amd64/v3", "linux/amd64"),
    ],
)
def test_what_a_node_gets(name: str, of: str, expected: str) -> None:
    listed = next(listed for listed in IMAGES[name].entries if listed.platform == expected)
    found = select_manifest(ImageIndex.parse(IMAGES[name].document), node(of))
    assert found.entry is not None
    assert (found.entry.platform, found.entry.digest) == (node(expected), f"sha256:{listed.digest}")


@pytest.mark.parametrize(
    ("name", "of", "why"),
    [
        ("pause", "linux/arm/v6", {"architecture": 4, "variant": 1, "os": 3}),  # arm runs older levels, not newer ones
        ("pause", "linux/386", {"architecture": 5, "os": 3}),  # amd64 runs 386, not the other way round
        ("pause", "linux/riscv64", {"architecture": 5, "os": 3}),
        ("pause", "linux/arm64/v9.8", {"architecture": 5, "os": 3}),  # a level that containerd does not know runs nothing
        ("pause", SERVER_2016, {"os": 5, "os.version": 3}),  # before Server 2022 the builds have to be equal
        ("pause", "windows/amd64 10.0.19041", {"os": 5, "os.version": 3}),
        ("pause", "windows/amd64 10.0.20347", {"os": 5, "os.version": 3}),
        ("pause", "windows/amd64 10.0.26101", {"os": 5, "os.version": 3}),  # beyond Server 2025 it has to be that or newer
        ("pause", "windows/arm64 10.0.20348", {"os": 5, "architecture": 3}),
        ("pause", "darwin/arm64", {"os": 8}),
        ("hello-world", "linux/loong64", {"architecture": 9, "os": 2}),
        ("debian", SERVER_2022, {"os": 8}),
        ("debian", "linux/riscv64", {"architecture": 8}),
        ("alpine", "linux/arm/v5", {"architecture": 5, "variant": 2}),
        ("alpine", "linux/mips64le", {"architecture": 7}),
        ("postgres", "linux/mips64le", {"architecture": 8, "os": 8}),
        ("postgres", SERVER_2025, {"os": 16}),
        ("nginx", "linux/arm64", {"architecture": 1, "os": 1}),
        ("nginx", "linux/386", {"architecture": 1, "os": 1}),
    ],
)
def test_what_a_node_does_not_get(name: str, of: str, why: dict[str, int]) -> None:
    index = ImageIndex.parse(IMAGES[name].document)
    found = select_manifest(index, node(of))
    assert (found.position, found.entry, found.reason) == (None, None, SelectionReason.NO_MATCH)
    assert collections.Counter(miss.mismatch.field.value for miss in found.misses) == why


def test_no_node_gets_an_attestation() -> None:
    index = ImageIndex.parse(POSTGRES.document)
    nodes = {build.platform: node(build.platform) for build in POSTGRES_BUILDS}
    found = preflight(index, nodes)
    assert found.unserved == ()
    assert [str(index.manifests[position].platform) for position in found.unused] == ["unknown/unknown"] * len(POSTGRES_BUILDS)
    assert [selection.position for selection in found.selections.values()] == list(range(0, 2 * len(POSTGRES_BUILDS), 2))


def test_a_fleet() -> None:
    fleet = {text: node(text) for text in ("linux/amd64", "linux/arm64", "linux/riscv64", SERVER_2016, SERVER_2022)}
    served = {name: preflight(ImageIndex.parse(image.document), fleet).unserved for name, image in IMAGES.items()}
    assert served == {
        "pause": ("linux/riscv64", SERVER_2016),
        "hello-world": (SERVER_2016,),
        "debian": ("linux/riscv64", SERVER_2016, SERVER_2022),
        "python": ("linux/riscv64", SERVER_2016),
        "alpine": ("linux/riscv64", SERVER_2016, SERVER_2022),
        "postgres": (SERVER_2016, SERVER_2022),
        "nginx": ("linux/arm64", "linux/riscv64", SERVER_2016, SERVER_2022),
    }
