; The installer for Windows, for one user and without an administrator: iscc packaging\windows\sketchnet.iss
; The version comes from the environment variable SKETCHNET_VERSION; what is installed is dist\Sketchnet.

#define Version GetEnv("SKETCHNET_VERSION")
#if Version == ""
  #error SKETCHNET_VERSION is not set
#endif

[Setup]
AppId={{7C0B6C55-6B0B-4C07-9B7B-3B3D6D7C5E21}
AppName=Sketchnet
AppVersion={#Version}
AppPublisher=The Sketchnet authors
DefaultDirName={autopf}\Sketchnet
DefaultGroupName=Sketchnet
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
ChangesAssociations=yes
Compression=lzma2/fast
SolidCompression=yes
LicenseFile=..\..\LICENSE
OutputDir=..\..\dist
OutputBaseFilename=Sketchnet-{#Version}-setup
SetupIconFile=..\..\build\bundle\sketchnet.ico
UninstallDisplayIcon={app}\Sketchnet.exe
UninstallDisplayName=Sketchnet {#Version}
WizardStyle=modern

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; GroupDescription: "{cm:AdditionalIcons}"; Flags: unchecked

[InstallDelete]
; What an earlier version had and this one has not would lie about.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "..\..\dist\Sketchnet\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs
Source: "..\..\build\bundle\project.ico"; DestDir: "{app}"; Flags: ignoreversion

[Icons]
Name: "{group}\Sketchnet"; Filename: "{app}\Sketchnet.exe"; AppUserModelID: "org.sketchnet.Sketchnet"
Name: "{autodesktop}\Sketchnet"; Filename: "{app}\Sketchnet.exe"; Tasks: desktopicon

[Registry]
; HKA is the user's own part of the registry, unless it is installed for everybody.
Root: HKA; Subkey: "Software\Classes\.sketchnet"; ValueType: string; ValueData: "Sketchnet.Project"; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\.sketchnet"; ValueType: string; ValueName: "Content Type"; ValueData: "application/x-sketchnet"; Flags: uninsdeletekeyifempty uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\.sketchnet\OpenWithProgids"; ValueType: string; ValueName: "Sketchnet.Project"; ValueData: ""; Flags: uninsdeletevalue uninsdeletekeyifempty
Root: HKA; Subkey: "Software\Classes\Sketchnet.Project"; ValueType: string; ValueData: "Sketchnet project"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Sketchnet.Project\DefaultIcon"; ValueType: string; ValueData: "{app}\project.ico"
Root: HKA; Subkey: "Software\Classes\Sketchnet.Project\shell\open\command"; ValueType: string; ValueData: """{app}\Sketchnet.exe"" ""%1"""
Root: HKA; Subkey: "Software\Microsoft\Windows\CurrentVersion\App Paths\Sketchnet.exe"; ValueType: string; ValueData: "{app}\Sketchnet.exe"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Microsoft\Windows\CurrentVersion\App Paths\sketchnet-cli.exe"; ValueType: string; ValueData: "{app}\sketchnet-cli.exe"; Flags: uninsdeletekey

[Run]
Filename: "{app}\Sketchnet.exe"; Description: "{cm:LaunchProgram,Sketchnet}"; Flags: nowait postinstall skipifsilent
