"""The solution as a project that MSBuild or `pac` builds: it lies under Solution/ beside the control's own project.

The build fills in the components from the projects it refers to, so none is listed here.
"""

import uuid

from pcf_generator.domain.solution import Solution
from pcf_generator.domain.source import SourceFile
from pcf_generator.packing.solution.customizations_xml import customizations_xml
from pcf_generator.packing.solution.markup import Element, document, element, text
from pcf_generator.packing.solution.solution_xml import BOTH, XSI, solution_xml

FOLDER = "Solution"
_GUIDS = uuid.uuid5(uuid.NAMESPACE_URL, "urn:pcf-builder:cdsproj")
_MSBUILD = "http://schemas.microsoft.com/developer/msbuild/2003"
_TARGETS = r"$(PowerAppsTargetsPath)\Microsoft.PowerApps.VisualStudio.Solution"
_HERE = "$(MSBuildThisFileDirectory)"
_NOT_PART_OF_IT = (".gitignore", r"bin\**", r"obj\**", "*.cdsproj", "*.cdsproj.user", "*.sln")
_GITIGNORE = "/bin\n/obj\n"


def source_form(solution: Solution, component_name: str) -> tuple[SourceFile, ...]:
    """Its files, sorted, for the project `<component_name>.pcfproj` one folder up.

    ValueError when the control's own folder is this one: their files would mix.
    """
    if component_name.lower() == FOLDER.lower():
        raise ValueError(f"the control's folder is {FOLDER}, where its solution lies")
    relationships = document(Element("EntityRelationships", None, {"xmlns:xsi": XSI}))
    files = {
        ".gitignore": _GITIGNORE,
        f"{solution.unique_name}.cdsproj": _project(solution, component_name),
        "src/Other/Customizations.xml": customizations_xml([]),
        "src/Other/Relationships.xml": relationships,
        "src/Other/Solution.xml": solution_xml(solution, managed=BOTH, controls=[]),
    }
    return tuple(SourceFile(f"{FOLDER}/{path}", files[path]) for path in sorted(files))


def _project(solution: Solution, component_name: str) -> str:
    children = (
        element(
            "PropertyGroup",
            text(
                "PowerAppsTargetsPath",
                r"$(MSBuildExtensionsPath)\Microsoft\VisualStudio\v$(VisualStudioVersion)\PowerApps",
            ),
        ),
        element("Import", Project=r"$(MSBuildExtensionsPath)\$(MSBuildToolsVersion)\Microsoft.Common.props"),
        _import_if_there(f"{_TARGETS}.props"),
        _properties(solution),
        element("PropertyGroup", text("SolutionPackageType", "Both")),
        _packages(),
        element("ItemGroup", *(element("ExcludeDirectories", Include=rf"{_HERE}\{path}") for path in _NOT_PART_OF_IT)),
        _items(),
        element("ItemGroup", element("ProjectReference", Include=rf"..\{component_name}.pcfproj")),
        element("Import", Project=r"$(MSBuildToolsPath)\Microsoft.Common.targets"),
        _import_if_there(f"{_TARGETS}.targets"),
    )
    attributes = {"ToolsVersion": "15.0", "DefaultTargets": "Build", "xmlns": _MSBUILD}
    return document(Element("Project", children, attributes))


def _import_if_there(project: str) -> Element:
    return element("Import", Project=project, Condition=f"Exists('{project}')")


def _properties(solution: Solution) -> Element:
    return element(
        "PropertyGroup",
        text("ProjectGuid", str(uuid.uuid5(_GUIDS, f"{solution.publisher.unique_name}.{solution.unique_name}"))),
        text("TargetFrameworkVersion", "v4.6.2"),
        text("TargetFramework", "net462"),
        text("RestoreProjectStyle", "PackageReference"),
        text("SolutionRootPath", "src"),
    )


def _packages() -> Element:
    return element(
        "ItemGroup",
        element("PackageReference", Include="Microsoft.PowerApps.MSBuild.Solution", Version="1.*"),
        element(
            "PackageReference",
            Include="Microsoft.NETFramework.ReferenceAssemblies",
            Version="1.0.0",
            PrivateAssets="All",
        ),
    )


def _items() -> Element:
    return element(
        "ItemGroup",
        element("None", Include=rf"{_HERE}\**", Exclude="@(ExcludeDirectories)"),
        element("Content", text("CopyToOutputDirectory", "PreserveNewest"), Include="$(SolutionPackageZipFilePath)"),
    )
